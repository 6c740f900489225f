using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>A listening socket: TCP or Unix.</summary>
internal sealed class SocketListener : SocketTransportListener
{
    private readonly SocketTuning _tuning;

    public SocketListener(Socket socket, EndPoint endPoint, SocketTuning tuning)
        : base(socket, endPoint) => _tuning = tuning;

    internal override bool HasClient => Socket.HasClient();

    public override async ValueTask<TransportStream> AcceptAsync(CancellationToken cancellationToken)
    {
        var accepted = await Socket.AcceptAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_tuning.IsNotInherited(accepted.AddressFamily))
                _tuning.ApplyTo(accepted);
            return new SocketStream(accepted, LocalOfAll, accepted: true);
        }
        catch (SocketException)
        {
            // The client has reset already: its trouble, not the listener's.
            accepted.Dispose();
            throw new SocketException((int)SocketError.ConnectionAborted);
        }
    }

    public override void Close() => Socket.Dispose();
}
