using System.Net;
using System.Net.Sockets;

namespace Net.Async.Testing;

/// <summary>One end of a connection in memory: two directions, with the ends that TCP has.</summary>
internal sealed class MemoryTransport : TransportStream
{
    private readonly MemoryDirection _incoming;
    private readonly MemoryDirection _outgoing;
    private volatile bool _closed;

    private MemoryTransport(EndPoint local, EndPoint remote, MemoryDirection incoming, MemoryDirection outgoing)
    {
        (LocalEndPoint, RemoteEndPoint) = (local, remote);
        (_incoming, _outgoing) = (incoming, outgoing);
    }

    public override ConnectionCapabilities Capabilities =>
        ConnectionCapabilities.HalfClose | ConnectionCapabilities.Reset | ConnectionCapabilities.DetectsPeerClose;

    public override EndPoint? LocalEndPoint { get; }

    public override EndPoint? RemoteEndPoint { get; }

    public override bool HasPeerEnded => _incoming.End is DirectionEnd.Ended or DirectionEnd.Reset;

    public static (MemoryTransport Client, MemoryTransport Server) CreatePair(EndPoint client, EndPoint server, int bufferSize)
    {
        var (toServer, toClient) = (new MemoryDirection(bufferSize), new MemoryDirection(bufferSize));
        return (new(client, server, toClient, toServer), new(server, client, toServer, toClient));
    }

    public override TransportResult TryReceive(Span<byte> buffer) => _incoming.TryReceive(buffer);

    public override async ValueTask<SocketError> WaitReadableAsync()
    {
        await _incoming.WaitReadableAsync().ConfigureAwait(false);
        return _closed ? SocketError.OperationAborted : SocketError.Success;
    }

    public override TransportResult Peek() => _incoming.Peek();

    public override TransportResult TrySend(ReadOnlySpan<byte> bytes)
    {
        var sent = _outgoing.TrySend(bytes);
        return _closed && !sent.IsSuccess ? TransportResult.Of(SocketError.OperationAborted) : sent;
    }

    public override ValueTask<SocketError> SendAsync(ReadOnlyMemory<byte> bytes) => WholeSend.RunAsync(this, bytes);

    public override async ValueTask<TransportResult> SendFirstAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (true)
        {
            var sent = cancellationToken.IsCancellationRequested ? TransportResult.WouldBlock : TrySend(bytes.Span);
            if (!sent.IsWouldBlock || cancellationToken.IsCancellationRequested)
                return sent;
            await _outgoing.WaitWritableAsync().WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public override ValueTask<SocketError> EndSendingAsync()
    {
        _outgoing.EndBy(DirectionEnd.Ended);
        return new(_closed ? SocketError.OperationAborted : PendingError());
    }

    public override SocketError PendingError() => _incoming.End == DirectionEnd.Reset ? SocketError.ConnectionReset : SocketError.Success;

    // As with TCP: what was not read is lost, and a reset tells the peer.
    public override void Close() => Close(isReset: false);

    public override void Reset() => Close(isReset: true);

    private void Close(bool isReset)
    {
        if (_closed)
            return;
        _closed = true;
        // First what goes out: the peer's next send must find the reset as the cause, and no close.
        if (isReset)
            _outgoing.EndBy(DirectionEnd.Reset);
        _outgoing.EndBy(_incoming.Abandon() ? DirectionEnd.Reset : DirectionEnd.Ended);
    }
}
