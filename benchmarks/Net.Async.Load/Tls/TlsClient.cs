using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace Net.Async.Load;

/// <summary>The base class library's own TLS client, the same for every server. It takes any certificate of localhost: the server makes its own.</summary>
internal sealed class TlsClient : IAsyncDisposable
{
    private readonly Socket _socket;

    private TlsClient(Socket socket) => (_socket, Stream) = (socket, new SslStream(new NetworkStream(socket, ownsSocket: true)));

    public SslStream Stream { get; }

    /// <summary>Connects, with a whole handshake: no session is resumed.</summary>
    public static async Task<TlsClient> ConnectAsync(EndPoint endPoint)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(endPoint);
            if (endPoint is IPEndPoint)
                socket.NoDelay = true;
            var client = new TlsClient(socket);
            await client.Stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost", AllowTlsResume = false, RemoteCertificateValidationCallback = static (_, shown, _, _) => shown?.Subject == "CN=localhost" });
            return client;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends a message and reads as many bytes.</summary>
    public async Task ExchangeAsync(ReadOnlyMemory<byte> message, Memory<byte> answer)
    {
        await Stream.WriteAsync(message);
        await Stream.ReadExactlyAsync(answer);
    }

    public async ValueTask DisposeAsync()
    {
        // With a reset, so that no port waits for an hour of handshakes.
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Dispose();
        await Stream.DisposeAsync();
    }
}
