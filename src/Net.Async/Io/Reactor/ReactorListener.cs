using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Net.Async;

/// <summary>A listening socket on a loop. It accepts when it is asked to, and never ahead.</summary>
internal sealed partial class ReactorListener : SocketTransportListener, IWatched
{
    private readonly ReactorLoop _loop;
    private readonly int _descriptor;
    private readonly SocketTuning _tuning;
    private readonly bool _isTcp;
    private readonly bool _mustTune;
    private Holds _holds;

    public ReactorListener(ReactorLoop loop, Socket socket, EndPoint endPoint, SocketTuning tuning)
        : base(socket, endPoint)
    {
        _tuning = tuning;
        _mustTune = tuning.IsNotInherited(socket.AddressFamily);
        _loop = loop;
        Socket.Blocking = false;
        _descriptor = (int)socket.Handle;
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
        if (!_holds.Close(out var last))
            return;
        if (_acceptable.Close())
            _loop.Post(this, null);
        if (last)
            LetGo();
    }

    // One call: the address comes along, and the descriptor is non-blocking at once.
    private unsafe ReactorStream? TryAccept()
    {
        if (!TryHold())
            throw new SocketException((int)SocketError.OperationAborted);
        _acceptable.BeginTry();
        var address = stackalloc byte[SocketName.Longest];
        int length, descriptor;
        do
        {
            length = SocketName.Longest;
            descriptor = LibC.Accept(_descriptor, address, &length, LibC.NonBlocking | LibC.CloseOnExec);
        }
        while (descriptor < 0 && Errno.IsInterrupted);

        var error = descriptor < 0 ? Errno.Last : SocketError.Success;
        // More may wait behind it.
        if (error != SocketError.WouldBlock)
            _acceptable.Signal();
        Release();
        if (error == SocketError.WouldBlock)
            return null;
        if (error != SocketError.Success)
            throw new SocketException((int)error);
        var stream = new ReactorStream(ReactorLoops.LeastLoaded(), descriptor, _isTcp, LocalOfAll, new(address, length));
        return _mustTune ? Tuned(stream) : stream;
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

    private void LetGo()
    {
        Socket.Dispose();
        if (_isWatched)
            _loop.Forget(this);
    }
}
