using System.Net;
using System.Net.Sockets;

namespace Net.Async.Load;

/// <summary>The accept loop of the peers that are made of sockets.</summary>
internal abstract class AcceptingPeer : EchoPeer
{
    private readonly Socket _listener;
    private readonly Task _accepting;

    protected AcceptingPeer(EndPoint endPoint)
    {
        var protocol = endPoint is IPEndPoint ? ProtocolType.Tcp : ProtocolType.Unspecified;
        _listener = new Socket(endPoint.AddressFamily, SocketType.Stream, protocol);
        _listener.Bind(endPoint);
        _listener.Listen(Backlog);
        EndPoint = _listener.LocalEndPoint!;
        _accepting = AcceptAllAsync();
    }

    public override EndPoint EndPoint { get; }

    public override async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _accepting;
    }

    /// <summary>Echoes until the client's end. The socket is closed by the caller.</summary>
    protected abstract Task EchoAsync(Socket socket);

    private async Task AcceptAllAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptAsync();
                if (socket.ProtocolType == ProtocolType.Tcp)
                    socket.NoDelay = true;
                // Not awaited: it ends with its client, and a list of them would be work that a hand-written echo does not have.
                _ = ServeAsync(socket);
            }
        }
        catch (Exception exception) when (exception is ObjectDisposedException or SocketException { SocketErrorCode: SocketError.OperationAborted })
        {
            // The dispose closed the listener: the way it is meant to end.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using (socket)
        {
            try
            {
                await EchoAsync(socket);
            }
            catch (Exception exception) when (exception is SocketException or IOException)
            {
                // The client reset the connection; churn does that on purpose.
            }
        }
    }
}
