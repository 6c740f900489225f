using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>A connected socket of the base class library, non-blocking: Try calls are one system call each, waits go through its epoll thread.</summary>
internal sealed class SocketStream : TransportStream
{
    private readonly Socket _socket;
    private readonly bool _isTcp;
    private readonly HotQueue _queue;
    private EndPoint? _local;
    private EndPoint? _remote;
    private SocketOperation? _receive;
    private SocketOperation? _send;
    private Heat _heat;
    private readonly bool _accepted;
    private bool _dataArrived;

    public SocketStream(Socket socket, EndPoint? local, bool accepted = false)
    {
        _socket = socket;
        _accepted = accepted;
        _socket.Blocking = false;
        _isTcp = socket.ProtocolType == ProtocolType.Tcp;
        _local = local;
        _queue = HotQueue.Next();
    }

    public override ConnectionCapabilities Capabilities => SocketCapabilities.Of(_isTcp);

    // Asked of the kernel on first use and once more before the close, so that both stay known afterwards.
    public override EndPoint? LocalEndPoint => _local ??= Ask(static socket => socket.LocalEndPoint);

    public override EndPoint? RemoteEndPoint => _remote ??= Ask(static socket => socket.RemoteEndPoint);

    public override Socket? Socket => _socket;

    internal override bool IsOfTheReserve => DescriptorReserve.Has(_socket.SafeHandle.DangerousGetHandle(), DescriptorReserve.OfAccepts);

    // The base class library puts it there at the first wait. One that it has connected is there, too: waiting for that was the first.
    internal override bool IsPolled => _receive is not null || _send is not null || !_accepted;

    // What was sent before the FIN counts: once the peer's kernel has it, no reset of ours takes it away again.
    public override bool IsAllAcknowledged => !_isTcp || _dataArrived || TcpInformation.Of(_socket).HasFinArrived;

    public override TransportResult TryReceive(Span<byte> buffer)
    {
        try
        {
            var received = new TransportResult(_socket.Receive(buffer, SocketFlags.None, out var error), error);
            _heat.OnReceived(received.Count > 0);
            return received;
        }
        catch (ObjectDisposedException)
        {
            return TransportResult.Of(SocketError.OperationAborted);
        }
    }

    public override ValueTask<SocketError> WaitReadableAsync()
    {
        try
        {
            _receive ??= new();
            // A wait for an event begins with a look of its own. A round does not, and what is there already must not have to wait for one.
            if (!_heat.GoesHot())
                return _receive.WaitReadable(_socket);
            var known = Peek();
            return known.IsWouldBlock ? _receive.WaitRound(_queue) : new(known.Error);
        }
        catch (ObjectDisposedException)
        {
            return new(SocketError.OperationAborted);
        }
    }

    public override TransportResult Peek()
    {
        try
        {
            Span<byte> one = stackalloc byte[1];
            return new TransportResult(_socket.Receive(one, SocketFlags.Peek, out var error), error);
        }
        catch (ObjectDisposedException)
        {
            return TransportResult.Of(SocketError.OperationAborted);
        }
    }

    public override TransportResult TrySend(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return new TransportResult(_socket.Send(bytes, SocketFlags.None, out var error), error);
        }
        catch (ObjectDisposedException)
        {
            return TransportResult.Of(SocketError.OperationAborted);
        }
    }

    public override TransportResult TrySend(IList<ArraySegment<byte>> pieces)
    {
        try
        {
            return new TransportResult(_socket.Send(pieces, SocketFlags.None, out var error), error);
        }
        catch (ObjectDisposedException)
        {
            return TransportResult.Of(SocketError.OperationAborted);
        }
    }

    public override ValueTask<SocketError> SendAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return (_send ??= new()).Send(_socket, bytes);
        }
        catch (ObjectDisposedException)
        {
            return new(SocketError.OperationAborted);
        }
    }

    // One byte: a send of more may be cancelled in its midst, and does not tell how much has gone.
    public override async ValueTask<TransportResult> SendFirstAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            // Watched from here on, as after any wait to send.
            _send ??= new();
            return TransportResult.Of(await _socket.SendAsync(bytes[..1], SocketFlags.None, cancellationToken).ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            return TransportResult.WouldBlock;
        }
        catch (SocketException exception)
        {
            return TransportResult.Of(exception.SocketErrorCode);
        }
        catch (ObjectDisposedException)
        {
            return TransportResult.Of(SocketError.OperationAborted);
        }
    }

    public override ValueTask<SocketError> EndSendingAsync() => new(EndSending());

    private SocketError EndSending()
    {
        try
        {
            // The base class library forgets the peer's address at a shutdown.
            RememberEndPoints();
            _dataArrived = _isTcp && TcpInformation.Of(_socket).HasNothingUnderWay;
            _socket.Shutdown(SocketShutdown.Send);
            return SocketError.Success;
        }
        catch (SocketException exception)
        {
            return exception.SocketErrorCode;
        }
        catch (ObjectDisposedException)
        {
            return SocketError.OperationAborted;
        }
    }

    public override SocketError PendingError()
    {
        try
        {
            return (SocketError)_socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)!;
        }
        catch (SocketException exception)
        {
            return exception.SocketErrorCode;
        }
        catch (ObjectDisposedException)
        {
            return SocketError.OperationAborted;
        }
    }

    public override bool HasPeerEnded
    {
        get
        {
            if (!OperatingSystem.IsLinux())
                return false;
            try
            {
                using var held = new HeldHandle(_socket.SafeHandle);
                return SocketCalls.HasPeerEnded(held.Descriptor);
            }
            catch (ObjectDisposedException)
            {
                return false;
            }
        }
    }

    public override void Close()
    {
        RememberEndPoints();
        _socket.Dispose();
    }

    public override void Reset()
    {
        RememberEndPoints();
        try
        {
            if (_isTcp)
                _socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The peer's own reset came first, or another thread closed: there is nothing left to reset.
        }

        _socket.Dispose();
    }

    private void RememberEndPoints() => _ = (LocalEndPoint, RemoteEndPoint);

    private EndPoint? Ask(Func<Socket, EndPoint?> question)
    {
        try
        {
            return question(_socket)?.Fold();
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The peer reset before the kernel was asked: the address is not to be had any more.
            return null;
        }
    }
}
