using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>A connected, non-blocking descriptor on a loop. There is no <see cref="System.Net.Sockets.Socket"/> until somebody asks for it.</summary>
internal sealed partial class ReactorStream : TransportStream, IWatched, IThreadPoolWorkItem
{
    // After these a receive that did not fill its buffer may have stopped before the end: at urgent data, or before an error.
    private const uint RuleBreakers = Epoll.PeerEnded | Epoll.HangUp | Epoll.Error | Epoll.Urgent;
    private const uint Readable = Epoll.In | RuleBreakers;

    private readonly ReactorLoop _loop;
    private readonly int _descriptor;
    private readonly bool _isTcp;
    private readonly bool _wasSomebodys;
    private Holds _holds;
    private Pace _pace;
    private volatile bool _ruleIsOff;
    private volatile uint _interest;

    /// <summary>A descriptor that is the stream's from here on.</summary>
    /// <param name="loop">Where it lives.</param>
    /// <param name="descriptor">Non-blocking.</param>
    /// <param name="isTcp">TCP, or a Unix socket.</param>
    /// <param name="local">Null to ask the kernel.</param>
    /// <param name="remote">As accept(2) wrote it; empty to ask the kernel.</param>
    public ReactorStream(ReactorLoop loop, int descriptor, bool isTcp, EndPoint? local = null, ReadOnlySpan<byte> remote = default)
    {
        _loop = loop;
        _descriptor = descriptor;
        _isTcp = isTcp;
        _local = local;
        _remoteName = new IpName(remote);
        if (_remoteName.IsEmpty)
            _remote = SocketName.Read(remote);
        loop.Enter();
    }

    /// <summary>A socket that was somebody's: it stays the object that users see, beside a number of our own.</summary>
    public ReactorStream(ReactorLoop loop, Socket socket)
        : this(loop, DescriptorSocket.Duplicate((int)socket.Handle), socket.ProtocolType == ProtocolType.Tcp)
    {
        _socket = socket;
        _wasSomebodys = true;
    }

    public override ConnectionCapabilities Capabilities => SocketCapabilities.Of(_isTcp);

    internal override bool IsOfTheReserve => DescriptorReserve.Has(_descriptor, DescriptorReserve.OfAccepts);

    // Our own set is left with the last hold; only its former owner can have put the socket into another.
    internal override bool IsPolled => _wasSomebodys;

    ulong IWatched.WatchId { get; set; }

    bool IWatched.GoesToPool => _pace.GoesToPool;

    void IWatched.OnStalled() => _pace.OnStalled();

    bool IWatched.OnEvent(uint mask)
    {
        if ((mask & RuleBreakers) != 0)
            _ruleIsOff = true;
        // Both are told before anybody's code runs: edge-triggered, the event does not come again, and the reader's code may lose this thread the loop.
        var reads = (mask & Readable) != 0 && _readable.Signal();
        var writes = (mask & (Epoll.Out | Epoll.Error | Epoll.HangUp)) != 0 && _writable.Signal();
        if (reads && writes)
            _loop.Post(_send!, this);
        return reads ? _loop.Start(this, this) : !writes || _loop.Start(_send!, this);
    }

    internal override ConnectionScheduling Scheduling
    {
        set => _pace.Scheduling = value;
    }

    internal override void Run(IThreadPoolWorkItem work) => _loop.Post(work, this);

    /// <summary>Has the loop tell of events; most streams never wait to send, and are not watched for that.</summary>
    private SocketError Watch(uint interest)
    {
        if ((_interest & interest) == interest)
            return SocketError.Success;
        if (!TryHold())
            return SocketError.OperationAborted;
        int error;
        lock (_loop.Changing)
        {
            var wanted = _interest | interest;
            error = _interest == 0 ? _loop.Watch(this, _descriptor, wanted) : _loop.Rewatch(this, _descriptor, wanted);
            if (error == 0)
                _interest = wanted;
        }

        Release();
        return Errno.ToSocketError(error);
    }

    // The last one out: nobody calls on the descriptor any more, and nobody can begin to.
    private void LetGo()
    {
        if (_interest != 0)
            StopWatching();
        if (!_isGiven)
        {
            _socket?.Dispose();
            _ = LibC.Close(_descriptor);
        }

        _loop.Leave();
    }

    // The close ends the watching by itself, unless another number of the same socket lives on.
    private void StopWatching()
    {
        if (_socket is null)
            _loop.Forget(this);
        else
            _loop.Forget(this, _descriptor);
    }
}
