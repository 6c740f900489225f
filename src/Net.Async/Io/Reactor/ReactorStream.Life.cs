using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Net.Async;

/// <summary>What is known of a descriptor, and its end.</summary>
internal sealed unsafe partial class ReactorStream
{
    private static readonly Lock s_making = new();

    private EndPoint? _local;
    private readonly IpName _remoteName;
    private EndPoint? _remote;
    private Socket? _socket;
    private bool _isGiven;
    private bool _dataArrived;

    // Asked of the kernel on first use and once more before the close, so that both stay known afterwards.
    public override EndPoint? LocalEndPoint => _local ??= Ask(SocketName.Local);

    public override EndPoint? RemoteEndPoint => _remote ??= _remoteName.ToEndPoint() ?? Ask(SocketName.Remote);

    // What was sent before the FIN counts: once the peer's kernel has it, no reset of ours takes it away again.
    public override bool IsAllAcknowledged => !_isTcp || _dataArrived || TcpInformation.HasFinArrived(Information(stackalloc byte[TcpInformation.Length]));

    /// <summary>Made when somebody asks for it, with a number of its own: closing it closes none of ours.</summary>
    public override Socket? Socket
    {
        get
        {
            if (_socket is { } made)
                return made;
            if (!TryHold())
                return ClosedSocket.Instance;
            try
            {
                lock (s_making)
                    return _socket ??= DescriptorSocket.FromDuplicate(_descriptor);
            }
            finally
            {
                Release();
            }
        }
    }

    internal override Socket? Detach()
    {
        if (!TryHold())
            return ClosedSocket.Instance;
        try
        {
            var given = Give();
            End();
            return given;
        }
        finally
        {
            Release();
        }
    }

    private Socket Give()
    {
        lock (s_making)
        {
            var given = _socket;
            if (given is null)
            {
                given = DescriptorSocket.FromDescriptor(_descriptor);
                _isGiven = true;
            }

            // Watched until the number is closed or forgotten: the socket lives on.
            if (_interest != 0)
                _loop.Forget(this, _descriptor);
            _interest = 0;
            _socket = null;
            return given;
        }
    }

    public override bool HasPeerEnded
    {
        get
        {
            if (!TryHold())
                return false;
            var ended = PeerHangUp.IsSeenBy(_descriptor);
            Release();
            return ended;
        }
    }

    public override ValueTask<SocketError> EndSendingAsync() => new(EndSending());

    private SocketError EndSending()
    {
        if (!TryHold())
            return SocketError.OperationAborted;
        RememberEndPoints();
        _dataArrived = _isTcp && TcpInformation.HasNothingUnderWay(Information(stackalloc byte[TcpInformation.Length]));
        var error = LibC.Shutdown(_descriptor, LibC.SendDirection) == 0 ? SocketError.Success : Errno.Last;
        Release();
        return error;
    }

    public override SocketError PendingError()
    {
        if (!TryHold())
            return SocketError.OperationAborted;
        int error, length = sizeof(int);
        var outcome = LibC.GetOption(_descriptor, LibC.SocketLevel, LibC.ErrorOption, &error, &length) == 0 ? Errno.ToSocketError(error) : Errno.Last;
        Release();
        return outcome;
    }

    public override void Close()
    {
        RememberEndPoints();
        End();
    }

    public override void Reset()
    {
        RememberEndPoints();
        if (_isTcp && TryHold())
        {
            // On, for no seconds: the close then sends RST (socket(7), tcp(7)).
            var linger = stackalloc int[] { 1, 0 };
            _ = LibC.SetOption(_descriptor, LibC.SocketLevel, LibC.LingerOption, linger, 2 * sizeof(int));
            Release();
        }

        End();
    }

    // Whoever waits is told on the loop: the thread that closes runs nobody else's continuation.
    private void End()
    {
        if (!_holds.Close(out var last))
            return;
        if (_readable.Close())
            _loop.Post(this, this);
        if (_writable.Close())
            _loop.Post(_send!, this);
        if (last)
            LetGo();
    }

    private void RememberEndPoints()
    {
        _ = LocalEndPoint;
        if (_remoteName.IsEmpty)
            _ = RemoteEndPoint;
    }

    private EndPoint? Ask(Func<int, EndPoint?> question)
    {
        if (!TryHold())
            return null;
        var answer = question(_descriptor)?.Fold();
        Release();
        return answer;
    }

    private ReadOnlySpan<byte> Information(Span<byte> space)
    {
        if (!TryHold())
            return [];
        var length = space.Length;
        fixed (byte* bytes = space)
        {
            if (LibC.GetOption(_descriptor, LibC.TcpLevel, LibC.TcpInfoOption, bytes, &length) != 0)
                length = 0;
        }

        Release();
        return space[..length];
    }

    private bool TryHold()
    {
        if (_holds.TryEnter(out var last))
            return true;
        if (last)
            LetGo();
        return false;
    }

    private void Release()
    {
        if (_holds.Leave())
            LetGo();
    }
}
