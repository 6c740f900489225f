using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>A connected, non-blocking descriptor on a loop. There is no <see cref="System.Net.Sockets.Socket"/> before one is asked for.</summary>
internal sealed partial class ReactorStream : SocketTransportStream, IEventSource, IThreadPoolWorkItem
{
    // After these a receive that did not fill its buffer may have stopped before the end: at urgent data, or before an error.
    private const uint RuleBreakers = Epoll.PeerEnded | Epoll.HangUp | Epoll.Error | Epoll.Urgent;
    private const uint Readable = Epoll.In | RuleBreakers;

    private readonly ReactorLoop _loop;
    private readonly IpName _remoteName;
    private readonly bool _wasAdopted;
    private Descriptor _descriptor;
    private StallBackoff _backoff;
    private Socket? _socket;
    private StreamRegistration _registration;
    private volatile bool _ruleIsOff;

    /// <summary>A descriptor that is the stream's from here on.</summary>
    /// <param name="loop">Where its events and continuations run.</param>
    /// <param name="descriptor">Non-blocking.</param>
    /// <param name="isTcp">TCP, or a Unix socket.</param>
    /// <param name="local">Null to ask the kernel.</param>
    /// <param name="remote">As accept(2) wrote it; empty to ask the kernel.</param>
    public ReactorStream(ReactorLoop loop, int descriptor, bool isTcp, EndPoint? local = null, ReadOnlySpan<byte> remote = default)
        : this(loop, descriptor, isTcp, local, new IpName(remote), remote)
    {
    }

    /// <summary>A socket that was made elsewhere: it stays the object that users see, beside a number of our own.</summary>
    public ReactorStream(ReactorLoop loop, Socket socket)
        : this(loop, DescriptorSocket.Duplicate((int)socket.Handle), socket.ProtocolType == ProtocolType.Tcp)
    {
        _socket = socket;
        _wasAdopted = true;
    }

    // An IP address becomes an object when it is asked for; a Unix client's name at once.
    private ReactorStream(ReactorLoop loop, int descriptor, bool isTcp, EndPoint? local, IpName remoteName, ReadOnlySpan<byte> remote)
        : base(isTcp, local, remoteName.IsEmpty ? SocketName.Read(remote) : null)
    {
        _loop = loop;
        _descriptor = new(descriptor);
        _remoteName = remoteName;
        loop.Enter();
    }

    /// <summary>Made when it is first asked for, with a number of its own: its close closes none of ours.</summary>
    public override Socket? Socket
    {
        get
        {
            if (_socket is { } made)
                return made;
            if (!_descriptor.TryAddRef())
                return ClosedSocket.Instance;
            try
            {
                lock (_loop.Registering)
                    return _descriptor.IsClosed ? ClosedSocket.Instance : _socket ??= DescriptorSocket.FromDuplicate(_descriptor.Number);
            }
            finally
            {
                _descriptor.Release();
            }
        }
    }

    public override bool HasPeerEnded => _descriptor.HasPeerEnded();

    internal override bool UsesReservedDescriptor => DescriptorReserve.Has(_descriptor.Number, DescriptorReserve.AcceptHeadroom);

    // It leaves our own set with its close; only its former owner can have put the socket into another.
    internal override bool IsPolled => _wasAdopted;

    internal override ConnectionScheduling Scheduling
    {
        set => _backoff.Scheduling = value;
    }

    protected override bool KnowsRemoteName => !_remoteName.IsEmpty;

    ulong IEventSource.RegistrationId { get; set; }

    bool IEventSource.GoesToPool => _backoff.GoesToPool;

    void IEventSource.OnStalled() => _backoff.OnStalled();

    IThreadPoolWorkItem? IEventSource.OnEvent(uint mask)
    {
        if ((mask & RuleBreakers) != 0)
        {
            _ruleIsOff = true;
            // Behind the end of the wait, whose reader may see it by itself.
            if ((mask & ~Epoll.Urgent & RuleBreakers) != 0 && _registration.AtHangUp is { } work)
                _loop.Post(work, this);
        }

        // Both are noted before either runs: edge-triggered, the event does not come again, and the reader's code may lose this thread the loop.
        var reads = (mask & Readable) != 0 && _readable.SetReadiness();
        var writes = (mask & (Epoll.Out | Epoll.Error | Epoll.HangUp)) != 0 && _writable is { } writable && writable.SetReadiness();
        if (reads && writes)
            _loop.Post(_writable!, this);
        return reads ? this : writes ? _writable : null;
    }

    internal override void Run(IThreadPoolWorkItem work) => _loop.Post(work, this);

    internal override void RunSoon(IThreadPoolWorkItem work)
    {
        if (LoopThread.IsCurrent)
            _loop.Post(work, this);
        else
            base.RunSoon(work);
    }

    internal override bool RunAtHangUp(IThreadPoolWorkItem work)
    {
        _registration.AtHangUp = work;
        // The kernel reports an end that is there already when a stream is registered, and only then.
        return !_registration.Has(Readable) && Register(Readable) == SocketError.Success;
    }

    internal override Socket? Detach()
    {
        if (!_descriptor.TryAddRef())
            return ClosedSocket.Instance;
        try
        {
            var given = _socket ?? _descriptor.GiveAway();
            End(given);
            return given;
        }
        finally
        {
            _descriptor.Release();
        }
    }

    protected override EndPoint? AskLocalName() => _descriptor.Ask(SocketName.Local, null);

    protected override EndPoint? AskRemoteName() => _remoteName.ToEndPoint() ?? _descriptor.Ask(SocketName.Remote, null);

    protected override SocketError AskError() => _descriptor.PendingError();

    protected override TcpInformation AskTcpInformation() => _descriptor.Ask(SocketCalls.TcpInformationOf, default);

    protected override SocketError ShutDownSending() => _descriptor.ShutDownSending();

    protected override void ResetAtClose() => _descriptor.ResetAtClose();

    protected override void CloseSocket() => End(given: null);

    // Calls under way keep the number open until they return. A wait ends on the loop: the thread that closes runs no continuation.
    private void End(Socket? given)
    {
        if (!_descriptor.TryClose())
            return;
        Socket? socket;
        lock (_loop.Registering)
        {
            socket = _socket;
            if (given is not null)
                _socket = null;
            _registration.EndLocked(_loop, this, _descriptor.Number, socketRemains: (socket ?? given) is not null);
        }

        if (given is null)
            socket?.Dispose();
        if (_readable.Close())
            _loop.Post(this, this);
        if (_writable is { } writable && writable.Close())
            _loop.Post(writable, this);
        _loop.Leave();
        _descriptor.Release();
    }

    /// <summary>Has the loop say events; most streams never wait to send, and are not registered for that.</summary>
    private SocketError Register(uint interest) => _registration.Has(interest) ? SocketError.Success : _registration.Add(_loop, this, ref _descriptor, interest);
}
