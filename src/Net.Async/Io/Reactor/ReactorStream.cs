using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>A connected, non-blocking descriptor on a loop. There is no <see cref="System.Net.Sockets.Socket"/> until somebody asks for it.</summary>
internal sealed partial class ReactorStream : TransportStream, IEventSource, IThreadPoolWorkItem
{
    // After these a receive that did not fill its buffer may have stopped before the end: at urgent data, or before an error.
    private const uint RuleBreakers = Epoll.PeerEnded | Epoll.HangUp | Epoll.Error | Epoll.Urgent;
    private const uint Readable = Epoll.In | RuleBreakers;

    private readonly ReactorLoop _loop;
    private readonly bool _isTcp;
    private readonly bool _wasSomebodys;
    private Descriptor _descriptor;
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
        _descriptor = new(descriptor);
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

    internal override bool IsOfTheReserve => DescriptorReserve.Has(_descriptor.Number, DescriptorReserve.OfAccepts);

    // It leaves our own set with its close; only its former owner can have put the socket into another.
    internal override bool IsPolled => _wasSomebodys;

    ulong IEventSource.RegistrationId { get; set; }

    bool IEventSource.GoesToPool => _pace.GoesToPool;

    void IEventSource.OnStalled() => _pace.OnStalled();

    IThreadPoolWorkItem? IEventSource.OnEvent(uint mask)
    {
        if ((mask & RuleBreakers) != 0)
            _ruleIsOff = true;
        // Both are noted before either runs: edge-triggered, the event does not come again, and the reader's code may lose this thread the loop.
        var reads = (mask & Readable) != 0 && _readable.SetReadiness();
        var writes = (mask & (Epoll.Out | Epoll.Error | Epoll.HangUp)) != 0 && _writable is { } writable && writable.SetReadiness();
        if (reads && writes)
            _loop.Post(_writable!, this);
        return reads ? this : writes ? _writable : null;
    }

    internal override ConnectionScheduling Scheduling
    {
        set => _pace.Scheduling = value;
    }

    internal override void Run(IThreadPoolWorkItem work) => _loop.Post(work, this);

    /// <summary>Has the loop say events; most streams never wait to send, and are not registered for that.</summary>
    private SocketError Register(uint interest)
    {
        if ((_interest & interest) == interest)
            return SocketError.Success;
        if (!_descriptor.TryAddRef())
            return SocketError.OperationAborted;
        var error = SocketError.OperationAborted;
        lock (_loop.Registering)
        {
            // A close that comes now waits for the lock, and finds the registration.
            var wanted = _interest | interest;
            if (!_descriptor.IsClosed)
                error = _interest == 0 ? _loop.Register(this, _descriptor.Number, wanted) : _loop.Reregister(this, _descriptor.Number, wanted);
            if (error == SocketError.Success)
                _interest = wanted;
        }

        _descriptor.Release();
        return error;
    }
}
