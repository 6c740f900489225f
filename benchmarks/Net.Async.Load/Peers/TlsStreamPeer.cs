using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Net.Async.HostLoad;

namespace Net.Async.Load;

/// <summary>TLS as the base class library gives it: <see cref="SslStream"/> over <see cref="NetworkStream"/>, read and written in a loop with one buffer.</summary>
internal sealed class TlsStreamPeer(EndPoint endPoint) : AcceptingPeer(endPoint)
{
    private const int BufferSize = 64 * 1024;

    private static readonly SslServerAuthenticationOptions s_options = new() { ServerCertificateContext = SslStreamCertificateContext.Create(Certificates.Server, null, offline: true) };

    protected override async Task EchoAsync(Socket socket)
    {
        await using var stream = new SslStream(new NetworkStream(socket, ownsSocket: false));
        try
        {
            await stream.AuthenticateAsServerAsync(s_options);
        }
        catch (System.Security.Authentication.AuthenticationException)
        {
            return;
        }

        var buffer = new byte[BufferSize];
        while (await stream.ReadAsync(buffer) is > 0 and var received)
            await stream.WriteAsync(buffer.AsMemory(0, received));
    }
}
