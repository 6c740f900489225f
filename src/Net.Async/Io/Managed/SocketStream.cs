using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>A connected socket of the base class library, non-blocking: Try calls are one system call each, waits go through its epoll thread.</summary>
internal sealed class SocketStream : SocketTransportStream
{
    private readonly Socket _socket;
    private readonly HotQueue _queue;
    private readonly bool _accepted;
    private SocketOperation? _receive;
    private SocketOperation? _send;
    private Heat _heat;

    public SocketStream(Socket socket, EndPoint? local, bool accepted = false)
        : base(socket.ProtocolType == ProtocolType.Tcp, local)
    {
        _socket = socket;
        _accepted = accepted;
        _socket.Blocking = false;
        _queue = HotQueue.Next();
    }

    public override Socket? Socket => _socket;

    public override bool HasPeerEnded => OperatingSystem.IsLinux() && Ask(static socket =>
    {
        using var held = new HeldHandle(socket.SafeHandle);
        return SocketCalls.HasPeerEnded(held.Descriptor);
    });

    internal override bool UsesReservedDescriptor => DescriptorReserve.Has(_socket.SafeHandle.DangerousGetHandle(), DescriptorReserve.AcceptHeadroom);

    // The base class library puts it there at the first wait. One that it has connected is there, too: waiting for that was the first.
    internal override bool IsPolled => _receive is not null || _send is not null || !_accepted;

    public override TransportResult TryReceive(Span<byte> buffer)
    {
        var received = Receive(buffer, SocketFlags.None);
        if (received.Error != SocketError.OperationAborted)
            _heat.OnReceived(received.Count > 0);
        return received;
    }

    public override ValueTask<SocketError> WaitReadableAsync()
    {
        try
        {
            _receive ??= new(this);
            // A wait for an event begins with a look of its own. A round does not, and what is there already must not have to wait for one.
            if (!_heat.GoesHot())
                return _receive.WaitReadable(_socket);
            var known = Peek();
            return known.IsWouldBlock ? WaitRound(_receive) : new(known.Error);
        }
        catch (ObjectDisposedException)
        {
            return new(SocketError.OperationAborted);
        }
    }

    public override TransportResult Peek() => Receive(stackalloc byte[1], SocketFlags.Peek);

    public override ValueTask<SocketError> SendAsync(ReadOnlyMemory<byte> bytes)
    {
        BeginSend();
        try
        {
            return (_send ??= new(this)).Send(_socket, bytes);
        }
        catch (ObjectDisposedException)
        {
            return new(EndSend(SocketError.OperationAborted));
        }
    }

    public override async ValueTask<TransportResult> SendFirstAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        BeginSend();
        return EndSend(await SendOneAsync(bytes[..1], cancellationToken).ConfigureAwait(false));
    }

    protected override TransportResult Send(ReadOnlySpan<byte> bytes)
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

    protected override TransportResult Send(IList<ArraySegment<byte>> pieces)
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

    protected override SocketError AskError() => Call(static socket => (SocketError)socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)!);

    protected override EndPoint? AskLocalName() => Ask(static socket => socket.LocalEndPoint);

    protected override EndPoint? AskRemoteName() => Ask(static socket => socket.RemoteEndPoint);

    protected override TcpInformation AskTcpInformation() => TcpInformation.Of(_socket);

    protected override SocketError ShutDownSending() => Call(static socket =>
    {
        socket.Shutdown(SocketShutdown.Send);
        return SocketError.Success;
    });

    protected override void ResetAtClose() => Call(static socket =>
    {
        socket.LingerState = new LingerOption(true, 0);
        return SocketError.Success;
    });

    protected override void CloseSocket() => _socket.Dispose();

    // One byte: a send of more may be cancelled in its midst, and does not tell how much has gone.
    private async ValueTask<TransportResult> SendOneAsync(ReadOnlyMemory<byte> one, CancellationToken cancellationToken)
    {
        try
        {
            // In a poll set from here on, as after any wait to send.
            _send ??= new(this);
            return TransportResult.Of(await _socket.SendAsync(one, SocketFlags.None, cancellationToken).ConfigureAwait(false));
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

    private ValueTask<SocketError> WaitRound(SocketOperation receive)
    {
        var round = receive.BeginRound();
        _queue.Add(receive);
        return round;
    }

    private TransportResult Receive(Span<byte> buffer, SocketFlags flags)
    {
        try
        {
            return EndReceive(new(_socket.Receive(buffer, flags, out var error), error));
        }
        catch (ObjectDisposedException)
        {
            return TransportResult.Of(SocketError.OperationAborted);
        }
    }

    private SocketError Call(Func<Socket, SocketError> call)
    {
        try
        {
            return call(_socket);
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

    private T? Ask<T>(Func<Socket, T?> question) => Ask(_socket, question);
}
