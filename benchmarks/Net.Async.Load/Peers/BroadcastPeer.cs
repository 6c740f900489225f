using System.Net;

namespace Net.Async.Load;

/// <summary>Ours, sending the same 64 bytes to every connection, again and again, as fast as they are taken.</summary>
internal sealed class BroadcastPeer : EchoPeer
{
    private const int Size = 64;
    private const int SendBuffer = 4096;

    private readonly byte[] _message = Payload.CreateLine(Size);
    private readonly Dictionary<Connection, Task> _sending = [];
    private readonly CancellationTokenSource _over = new();
    private readonly Server _server;
    private readonly Task _serving;
    private readonly Task _broadcasting;

    public BroadcastPeer(EndPoint endPoint)
    {
        // With a small buffer, so that a client that does not read is one to wait for after some kilobytes.
        _server = Server.Listen(endPoint, new ServerOptions { Backlog = Backlog, MaxHandlers = MaxHandlers, Connection = new ConnectionOptions { SendBufferSize = SendBuffer } });
        // Until the client ends: what it sends means nothing.
        _serving = _server.ServeAsync(static (connection, cancellationToken) => connection.Input.CopyToAsync(Stream.Null, cancellationToken));
        _broadcasting = Task.Run(BroadcastAllAsync);
    }

    public override EndPoint EndPoint => _server.LocalEndPoint;

    public override async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await _broadcasting;
        await _server.DisposeAsync();
        await _serving;
        _over.Dispose();
    }

    private async Task BroadcastAllAsync()
    {
        while (!_over.IsCancellationRequested)
        {
            // All of them wait for room, or there are none: a moment later that may be different.
            if (!Broadcast())
                await Task.Delay(1);
            await Task.Yield();
        }
    }

    /// <summary>Sends one message to every connection that has taken the one before; false when none had.</summary>
    private bool Broadcast()
    {
        var connections = _server.Connections;
        var sent = false;
        foreach (var connection in connections)
        {
            if (_sending.TryGetValue(connection, out var before) && !before.IsCompleted)
                continue;
            _sending[connection] = SendAsync(connection);
            sent = true;
        }

        if (_sending.Count > connections.Count)
            Forget(connections);
        return sent;
    }

    private void Forget(IReadOnlyCollection<Connection> connections)
    {
        var live = connections.ToHashSet();
        foreach (var gone in _sending.Keys.Where(connection => !live.Contains(connection)).ToArray())
            _sending.Remove(gone);
    }

    private async Task SendAsync(Connection connection)
    {
        try
        {
            await connection.Output.WriteAsync(_message);
        }
        catch (Exception exception) when (exception is ConnectionException or InvalidOperationException)
        {
            // The client has ended, or its handler has: this message has no receiver.
        }
    }
}
