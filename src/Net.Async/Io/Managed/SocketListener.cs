using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>A listening socket: TCP or Unix.</summary>
internal sealed class SocketListener : IoListener
{
    private readonly Socket _socket;
    private readonly SocketTuning _tuning;
    private readonly EndPoint? _localOfAll;
    private bool _closed;

    public SocketListener(Socket socket, EndPoint endPoint, SocketTuning tuning)
    {
        _socket = socket;
        _tuning = tuning;
        LocalEndPoint = endPoint is IPEndPoint ? socket.LocalEndPoint!.Fold() : endPoint;
        // Bound to one address, every connection has the listener's: no getsockname for each.
        _localOfAll = LocalEndPoint is IPEndPoint ip && (ip.Address.Equals(IPAddress.Any) || ip.Address.Equals(IPAddress.IPv6Any)) ? null : LocalEndPoint;
        SpareDescriptors.Enter();
    }

    public override EndPoint LocalEndPoint { get; }

    public override Socket Socket => _socket;

    public override void Start(int backlog)
    {
        try
        {
            _socket.Listen(backlog);
        }
        catch (SocketException exception)
        {
            throw SocketErrors.Failure("listen on", LocalEndPoint, exception);
        }
    }

    public override async ValueTask<IoStream> AcceptAsync(CancellationToken cancellationToken)
    {
        var accepted = await _socket.AcceptAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_tuning.IsNotInherited(accepted.AddressFamily))
                _tuning.ApplyTo(accepted);
            return new SocketStream(accepted, _localOfAll, accepted: true);
        }
        catch (SocketException)
        {
            // The client has reset already: its trouble, not the listener's.
            accepted.Dispose();
            throw new SocketException((int)SocketError.ConnectionAborted);
        }
    }

    public override bool ShedOne() => SpareDescriptors.ShedOne(_socket);

    public override bool TryRecover() => SpareDescriptors.TryRecover();

    public override void Close()
    {
        _socket.Dispose();
        if (!Interlocked.Exchange(ref _closed, true))
            SpareDescriptors.Leave();
    }
}
