using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Net.Async;

/// <summary>A listening socket on a loop. It accepts when it is asked to, and never ahead.</summary>
internal sealed partial class ReactorListener : SocketTransportListener, IWatched
{
    private readonly ReactorLoop _loop;
    private readonly SocketTuning _tuning;
    private readonly bool _isTcp;
    private readonly bool _mustTune;

    public ReactorListener(ReactorLoop loop, Socket socket, EndPoint endPoint, SocketTuning tuning)
        : base(socket, endPoint)
    {
        _tuning = tuning;
        _mustTune = tuning.IsNotInherited(socket.AddressFamily);
        _loop = loop;
        Socket.Blocking = false;
        _isTcp = socket.ProtocolType == ProtocolType.Tcp;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<TransportStream> AcceptAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (TryAccept() is { } stream)
                return stream;
            if (await WaitAsync(cancellationToken).ConfigureAwait(false) is not SocketError.Success and var error)
                throw new SocketException((int)error);
        }
    }

    public override void Close()
    {
        if (_acceptable.IsClosed)
            return;
        if (_acceptable.Close())
            _loop.Post(this, null);
        lock (_loop.Changing)
        {
            if (_isWatched)
                _loop.Forget(this);
            _isWatched = false;
        }

        Socket.Dispose();
    }

    // One call: the address comes along, and the descriptor is non-blocking at once.
    private ReactorStream? TryAccept()
    {
        _acceptable.BeginTry();
        Span<byte> name = stackalloc byte[SocketName.Longest];
        var error = Accept(name, out var descriptor, out var length);
        // More may wait behind it.
        if (error != SocketError.WouldBlock)
            _acceptable.Signal();
        if (error == SocketError.WouldBlock)
            return null;
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
