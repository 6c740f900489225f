using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Net.Async;

/// <summary>What a hosted server starts with where nothing else is said: its stop may take as long as the host's.</summary>
internal sealed class HostDefaults(string server, IOptions<HostOptions> host) : IConfigureNamedOptions<ServerOptions>
{
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(1), s_shortest = TimeSpan.FromMilliseconds(1);

    public void Configure(string? name, ServerOptions options)
    {
        if (name == server)
            options.Stop.Timeout = Limit(host.Value.ShutdownTimeout);
    }

    public void Configure(ServerOptions options)
    {
    }

    private static TimeSpan Limit(TimeSpan shutdown) => shutdown == Timeout.InfiniteTimeSpan || shutdown > s_longest ? s_longest : shutdown < s_shortest ? s_shortest : shutdown;
}
