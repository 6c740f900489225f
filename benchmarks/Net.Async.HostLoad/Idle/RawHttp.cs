using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Net.Async.HostLoad;

/// <summary>A connection that asks and waits for the answer, in HTTP/1.1 with a length.</summary>
internal sealed class RawHttp : IDisposable
{
    private const string Length = "Content-Length: ";
    private const int HeaderEnd = 4;

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = 30_000, SendTimeout = 30_000 };

    public RawHttp(int port) => _socket.Connect(IPAddress.Loopback, port);

    public string Get(string path)
    {
        _socket.Send(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n"));
        var answer = "";
        var buffer = new byte[4096];
        while (true)
        {
            var count = _socket.Receive(buffer);
            if (count == 0)
                throw new IOException($"The server ended the connection before its answer to {path} was whole.");
            answer += Encoding.ASCII.GetString(buffer.AsSpan(0, count));
            if (Body(answer) is { } body)
                return body;
        }
    }

    public void Dispose() => _socket.Dispose();

    // Null until it is whole.
    private static string? Body(string answer)
    {
        var end = answer.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0)
            return null;
        if (!answer.StartsWith("HTTP/1.1 200", StringComparison.Ordinal))
            throw new IOException($"The server answered {answer[..end]}");
        var body = answer[(end + HeaderEnd)..];
        var start = answer.IndexOf(Length, StringComparison.OrdinalIgnoreCase) + Length.Length;
        return body.Length < int.Parse(answer.AsSpan(start, answer.IndexOf('\r', start) - start), CultureInfo.InvariantCulture) ? null : body;
    }
}
