using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Net.Async.Namespaces;

/// <summary>The services as a process: each port on every address, in both families. Plain sockets, so that what is tested does not test itself.</summary>
internal static class ServicesCommand
{
    private static readonly Dictionary<int, Func<Visit, Task>> s_ports = new()
    {
        [ServicePort.Http] = visit => HttpAsync(visit, new NetworkStream(visit.Socket)),
        [ServicePort.Echo] = visit => EchoAsync(visit, new NetworkStream(visit.Socket)),
        [ServicePort.Reset] = ResetAsync,
        [ServicePort.Silent] = visit => DrainAsync(visit, new NetworkStream(visit.Socket)),
        [ServicePort.Tls] = TlsAsync,
    };

    public static async Task<int> RunAsync()
    {
        var serving = s_ports.Select(pair => ServeAsync(Listen(pair.Key), pair.Value)).ToList();
        await await Task.WhenAny(serving.Append(Lines.ObeyAsync(static _ => Task.CompletedTask)));
        return 0;
    }

    private static Socket Listen(int port)
    {
        var socket = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp) { DualMode = true };
        socket.Bind(new IPEndPoint(IPAddress.IPv6Any, port));
        socket.Listen();
        return socket;
    }

    private static async Task ServeAsync(Socket listener, Func<Visit, Task> serve)
    {
        while (true)
            _ = WelcomeAsync(await listener.AcceptAsync(), serve);
    }

    private static async Task WelcomeAsync(Socket socket, Func<Visit, Task> serve)
    {
        using var visit = new Visit(socket);
        try
        {
            await serve(visit);
            visit.Tell("end");
        }
        catch (IOException exception)
        {
            visit.Tell(exception.InnerException is SocketException ? "reset" : "failed");
        }
    }

    private static async Task EchoAsync(Visit visit, Stream stream)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes(visit.Greeting));
        await stream.CopyToAsync(stream);
    }

    private static Task ResetAsync(Visit visit)
    {
        visit.Socket.LingerState = new LingerOption(true, 0);
        return Task.CompletedTask;
    }

    private static Task DrainAsync(Visit visit, Stream stream) => stream.CopyToAsync(Stream.Null);

    private static async Task TlsAsync(Visit visit)
    {
        var stream = new NetworkStream(visit.Socket);
        if (Label.Of(visit.Service) == Label.StallsInTls)
        {
            await DrainAsync(visit, stream);
            return;
        }

        await using var tls = new SslStream(stream);
        await tls.AuthenticateAsServerAsync(TestCertificate.Own);
        visit.Tell("tls");
        await EchoAsync(visit, tls);
    }

    // As much HTTP as a GET needs.
    private static async Task HttpAsync(Visit visit, Stream stream)
    {
        using var reader = new StreamReader(stream, Encoding.ASCII);
        while (await reader.ReadLineAsync() is { } line)
        {
            if (line.Length == 0)
                await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {visit.Greeting.Length}\r\n\r\n{visit.Greeting}"));
        }
    }
}
