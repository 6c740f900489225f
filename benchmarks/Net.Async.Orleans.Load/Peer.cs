using Microsoft.Extensions.Hosting;
using Orleans.Hosting;

namespace Net.Async.Load;

/// <summary>The transports that are compared.</summary>
internal static class Peer
{
    public const string Orleans = "orleans", NetAsync = "net-async", NetAsyncPool = "net-async-pool";

    public static void Check(string peer)
    {
        if (peer is not (Orleans or NetAsync or NetAsyncPool))
            throw new UsageException($"'{peer}' is no peer.");
    }

    public static void Use(string peer, ISiloBuilder silo)
    {
        if (peer == Orleans)
            return;
        silo.UseNetAsync(options => options.GatewayListener.Connection.Scheduling = SchedulingOf(peer));
    }

    public static void Use(string peer, IClientBuilder client)
    {
        if (peer == Orleans)
            return;
        client.UseNetAsync(options => options.Outbound.Connection.Scheduling = SchedulingOf(peer));
    }

    private static ConnectionScheduling SchedulingOf(string peer) => peer == NetAsyncPool ? ConnectionScheduling.ThreadPool : ConnectionScheduling.EngineDefault;
}
