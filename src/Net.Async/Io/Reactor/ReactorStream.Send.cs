using System.Net.Sockets;

namespace Net.Async;

/// <summary>Sending on the caller's stack.</summary>
internal sealed partial class ReactorStream
{
    private ReadyState _writable;
    private ReactorSend? _send;

    public override TransportResult TrySend(ReadOnlySpan<byte> bytes) => _descriptor.Send(bytes);

    public override TransportResult TrySend(IList<ArraySegment<byte>> pieces) => _descriptor.Send(pieces);

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
}
