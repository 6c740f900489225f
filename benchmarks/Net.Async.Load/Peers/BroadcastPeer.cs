using System.Net;

namespace Net.Async.Load;

/// <summary>Ours, sending the same 64 bytes to every connection, again and again, as fast as one thread can.</summary>
internal sealed class BroadcastPeer : EchoPeer
{
    private const int Size = 64;
    private const int SendBuffer = 4096;
    private const int OutboxBytes = 64 * 1024;

    private readonly byte[] _message = Payload.CreateLine(Size);
    private readonly CancellationTokenSource _over = new();
    private readonly Server _server;
    private readonly Task _serving;
    private readonly Task _broadcasting;

    public BroadcastPeer(EndPoint endPoint)
    {
        // A small send buffer and a small outbox, so that a client that does not read fills both within a second. It loses old messages and stays.
        var connection = new ConnectionOptions { Buffers = { SendBufferSize = SendBuffer }, Outbox = new OutboxOptions { MaxBytes = OutboxBytes, FullMode = OutboxFullMode.DropOldest } };
        _server = Server.Listen(endPoint, new ServerOptions { Listener = { Backlog = Backlog }, MaxHandlers = MaxHandlers, Connection = connection });
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
            // Without a connection there is nothing to do: a moment later that may be different.
            if (_server.Broadcast(_message) == 0)
                await Task.Delay(1);
            await Task.Yield();
        }
    }
}
