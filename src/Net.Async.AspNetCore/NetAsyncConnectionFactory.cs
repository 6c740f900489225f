using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace Net.Async;

/// <summary>Connects for code that is written against ASP.NET Core's connections: the addresses of a name are raced, and the policy judges each.</summary>
internal sealed class NetAsyncConnectionFactory(IOptions<NetAsyncTransportOptions> options) : IConnectionFactory
{
    private readonly Lazy<HappyEyeballsOptions> _options = new(() => Adapted(options.Value.Connect));
    private HappyEyeballsConnector? _connector;

    /// <summary>Connects to an IP address, a name (<see cref="DnsEndPoint"/>), a Unix socket or a named pipe.</summary>
    public async ValueTask<ConnectionContext> ConnectAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        // Two that are made at once remember nothing of each other, and one of them is dropped.
        var connector = _connector ?? Interlocked.CompareExchange(ref _connector, new(_options.Value), null) ?? _connector;
        var connection = await connector.ConnectAsync(endpoint, cancellationToken).ConfigureAwait(false);
        return new NetAsyncConnectionContext(connection, HostMemoryPool.Over(_options.Value.Connection.Buffers.MemoryPool), logger: null);
    }

    private static HappyEyeballsOptions Adapted(HappyEyeballsOptions options)
    {
        options = options with { };
        options.Connection.Close.MapException ??= HostExceptions.Of;
        return options;
    }
}
