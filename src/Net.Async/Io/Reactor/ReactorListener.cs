using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Net.Async;

/// <summary>A listening socket on a loop. It accepts when it is asked to, and never ahead.</summary>
/// <remarks>The number is the socket's, which other processes may be given: its handle counts who uses it.</remarks>
internal sealed class ReactorListener : SocketTransportListener, IEventSource
{
    private readonly ReactorLoop _loop;
    private readonly SocketTuning _tuning;
    private readonly bool _isTcp;
    private readonly bool _mustTune;
    private readonly ReadinessWait _acceptable = new(isReady: true);
    private volatile bool _isRegistered;

    public ReactorListener(ReactorLoop loop, Socket socket, EndPoint endPoint, SocketTuning tuning)
        : base(socket, endPoint)
    {
        _tuning = tuning;
        _mustTune = tuning.IsNotInherited(socket.AddressFamily);
        _loop = loop;
        Socket.Blocking = false;
        _isTcp = socket.ProtocolType == ProtocolType.Tcp;
    }

    ulong IEventSource.RegistrationId { get; set; }

    bool IEventSource.GoesToPool => false;

    IThreadPoolWorkItem? IEventSource.OnEvent(uint mask) => _acceptable.SetReadiness() ? _acceptable : null;

    void IEventSource.OnStalled()
    {
        // What runs after the accept has stalled: the loop has another thread already.
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<TransportStream> AcceptAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            // First: a client that comes at the same moment stays for the next accept, or for another process.
            cancellationToken.ThrowIfCancellationRequested();
            if (TryAccept() is { } stream)
                return stream;
            var error = Register();
            if (error == SocketError.Success)
            {
                var wait = _acceptable.WaitAsync();
                using var registration = cancellationToken.UnsafeRegister(static listener => ((ReactorListener)listener!).Cancel(), this);
                error = await wait.ConfigureAwait(false);
            }

            if (error != SocketError.Success)
                throw new SocketException((int)error);
        }
    }

    public override void Close()
    {
        var waits = _acceptable.Close();
        lock (_loop.Registering)
        {
            if (_isRegistered)
                _loop.Deregister(this);
            _isRegistered = false;
        }

        Socket.Dispose();
        if (waits)
            _loop.Post(_acceptable, this);
    }

    private void Cancel()
    {
        if (_acceptable.TryCancel())
            _loop.Post(_acceptable, this);
    }

    private SocketError Register()
    {
        if (_isRegistered)
            return SocketError.Success;
        try
        {
            using var held = new HeldHandle(Socket.SafeHandle);
            lock (_loop.Registering)
            {
                // A close that comes now waits for the lock, and finds the registration.
                var error = _acceptable.IsClosed ? SocketError.OperationAborted : _loop.Register(this, held.Descriptor, Epoll.In);
                _isRegistered = error == SocketError.Success;
                return error;
            }
        }
        catch (ObjectDisposedException)
        {
            return SocketError.OperationAborted;
        }
    }

    // One call: the address comes along, and the descriptor is non-blocking at once.
    private ReactorStream? TryAccept()
    {
        _acceptable.ClearReadiness();
        Span<byte> name = stackalloc byte[SocketName.Longest];
        var error = Accept(name, out var descriptor, out var length);
        if (error == SocketError.WouldBlock)
            return null;
        // More may wait behind it.
        _acceptable.SetReadiness();
        if (error != SocketError.Success)
            throw new SocketException((int)error);
        var stream = new ReactorStream(ReactorLoops.LeastLoaded(), descriptor, _isTcp, LocalOfAll, name[..length]);
        return _mustTune ? Tuned(stream) : stream;
    }

    private SocketError Accept(Span<byte> name, out int descriptor, out int length)
    {
        try
        {
            using var held = new HeldHandle(Socket.SafeHandle);
            return SocketCalls.Accept(held.Descriptor, name, out descriptor, out length);
        }
        catch (ObjectDisposedException)
        {
            (descriptor, length) = (-1, 0);
            return SocketError.OperationAborted;
        }
    }

    private ReactorStream Tuned(ReactorStream stream)
    {
        try
        {
            _tuning.ApplyTo(stream.Socket!);
            return stream;
        }
        catch (SocketException exception)
        {
            stream.Close();
            // Without a descriptor for the options it is a shortage. Else the client has reset already: its trouble, not the listener's.
            throw exception.IsShortage() ? exception : new SocketException((int)SocketError.ConnectionAborted);
        }
    }
}
