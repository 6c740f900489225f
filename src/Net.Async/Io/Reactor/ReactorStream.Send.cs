using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Net.Async;

/// <summary>Sending on the caller's stack.</summary>
internal sealed unsafe partial class ReactorStream
{
    private const int MostPieces = 16;

    private ReadyState _writable;
    private ReactorSend? _send;

    public override TransportResult TrySend(ReadOnlySpan<byte> bytes)
    {
        if (!TryHold())
            return TransportResult.Of(SocketError.OperationAborted);
        nint count;
        fixed (byte* first = bytes)
        {
            do
                count = LibC.Send(_descriptor, first, bytes.Length, LibC.NoSignal);
            while (count < 0 && Errno.IsInterrupted);
        }

        return Sent(count);
    }

    public override TransportResult TrySend(IList<ArraySegment<byte>> pieces)
    {
        if (!TryHold())
            return TransportResult.Of(SocketError.OperationAborted);
        var vector = stackalloc Piece[MostPieces];
        return Sent(SendPinned(pieces, 0, vector));
    }

    public override ValueTask<SocketError> SendAsync(ReadOnlyMemory<byte> bytes) => (_send ??= new(this)).Start(bytes);

    public override ValueTask<TransportResult> SendFirstAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        (_send ??= new(this)).SendFirstAsync(bytes, cancellationToken);

    /// <summary>Ends a wait of which nothing may be sent any more. One that waits to send more tries, and waits again.</summary>
    public void StopWaitingToSend()
    {
        if (_writable.TryStopWaiting())
            _loop.Post(_send!, this);
    }

    /// <summary>Before a send that waits when it must: an event from here on is not lost.</summary>
    public void BeginSend() => _writable.BeginTry();

    /// <summary>Waits until the kernel takes more; false when it may do so already, or the stream is closed.</summary>
    public bool TryWaitToSend(out SocketError error)
    {
        error = _writable.IsClosed ? SocketError.OperationAborted : SocketError.Success;
        if (!_writable.TryWait())
            return false;
        error = Watch(Readable | Epoll.Out);
        return error == SocketError.Success || !_writable.TryStopWaiting();
    }

    private TransportResult Sent(nint count)
    {
        var result = count >= 0 ? TransportResult.Of((int)count) : TransportResult.Of(Errno.Last);
        Release();
        return result;
    }

    // A frame of the stack pins one array each: no handle is made and freed for every send.
    private nint SendPinned(IList<ArraySegment<byte>> pieces, int index, Piece* vector)
    {
        if (index == pieces.Count || index == MostPieces)
        {
            var message = new MessageHeader { Pieces = vector, PieceCount = index };
            nint count;
            do
                count = LibC.SendMessage(_descriptor, &message, LibC.NoSignal);
            while (count < 0 && Errno.IsInterrupted);
            return count;
        }

        var piece = pieces[index];
        fixed (byte* bytes = &MemoryMarshal.GetArrayDataReference(piece.Array!))
        {
            vector[index] = new Piece { Bytes = bytes + piece.Offset, Length = piece.Count };
            return SendPinned(pieces, index + 1, vector);
        }
    }
}
