using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>What is known of a descriptor, and its end.</summary>
internal sealed partial class ReactorStream
{
    private EndPoint? _local;
    private readonly IpName _remoteName;
    private EndPoint? _remote;
    private Socket? _socket;
    private bool _dataArrived;

    // Asked of the kernel on first use and once more before the close, so that both stay known afterwards.
    public override EndPoint? LocalEndPoint => _local ??= _descriptor.Ask(SocketName.Local, null)?.Fold();

    public override EndPoint? RemoteEndPoint => _remote ??= _remoteName.ToEndPoint() ?? _descriptor.Ask(SocketName.Remote, null)?.Fold();

    // What was sent before the FIN counts: once the peer's kernel has it, no reset of ours takes it away again.
    public override bool IsAllAcknowledged => !_isTcp || _dataArrived || Information.HasFinArrived;

    private TcpInformation Information => _descriptor.Ask(SocketCalls.TcpInformationOf, default);

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

    public override bool HasPeerEnded => _descriptor.HasPeerEnded();

    public override ValueTask<SocketError> EndSendingAsync() => new(EndSending());

    private SocketError EndSending()
    {
        RememberEndPoints();
        _dataArrived = _isTcp && Information.HasNothingUnderWay;
        return _descriptor.ShutDownSending();
    }

    public override SocketError PendingError() => _descriptor.PendingError();

    public override void Close()
    {
        RememberEndPoints();
        End(given: null);
    }

    public override void Reset()
    {
        RememberEndPoints();
        if (_isTcp)
            _descriptor.ResetAtClose();
        End(given: null);
    }

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
            if (_interest != 0)
                Deregister(socketRemains: (socket ?? given) is not null);
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

    // The close ends the registration by itself, unless another number of the same socket remains.
    private void Deregister(bool socketRemains)
    {
        if (socketRemains)
            _loop.Deregister(this, _descriptor.Number);
        else
            _loop.Deregister(this);
    }

    private void RememberEndPoints()
    {
        _ = LocalEndPoint;
        if (_remoteName.IsEmpty)
            _ = RemoteEndPoint;
    }
}
