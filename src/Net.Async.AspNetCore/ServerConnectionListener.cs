using System.Buffers;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace Net.Async;

/// <summary>A server as Kestrel sees it: accepted one by one, unbound first, disposed last.</summary>
internal sealed class ServerConnectionListener(Server server, MemoryPool<byte> pool, ILogger logger) : IConnectionListener
{
    private readonly IAsyncEnumerator<Connection> _connections = server.GetAsyncEnumerator();
    private readonly SemaphoreSlim _step = new(1); // one step of it at a time, and its dispose behind the last

    public EndPoint EndPoint => server.LocalEndPoint;

    /// <summary>Waits for a client; null after the unbind, when those that had come before it were taken.</summary>
    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        await _step.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await _connections.MoveNextAsync().ConfigureAwait(false) ? new NetAsyncConnectionContext(_connections.Current, pool, logger) : null;
        }
        finally
        {
            _step.Release();
        }
    }

    /// <summary>Accepts no more. A cancelled token means now: a host that is disposed before it was stopped says so, and wants no exception.</summary>
    public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        var unbinding = server.UnbindAsync(cancellationToken);
        await unbinding.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!unbinding.IsCanceled)
            await unbinding.ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync().ConfigureAwait(false);
        // The stop has ended a step that still waits, if not yet its caller's wait for it.
        await _step.WaitAsync().ConfigureAwait(false);
        await _connections.DisposeAsync().ConfigureAwait(false);
        _step.Release();
    }
}
