using System.Net;
using System.Net.Sockets;

namespace Net.Async.Tests.Kestrel;

/// <summary>A client that allocates nothing for a request: it sends the same bytes and counts those of the answer.</summary>
internal sealed class CostClient : IDisposable
{
    private readonly IPEndPoint _server;
    private readonly byte[] _request;
    private readonly byte[] _buffer = new byte[256 * 1024];
    private readonly bool _dials;
    private readonly int _answerLength;
    private Socket? _socket;

    /// <param name="dials">A connection for each request, which the server ends after it.</param>
    public CostClient(int port, string path, int bodyLength, bool dials)
    {
        (_server, _dials) = (new IPEndPoint(IPAddress.Loopback, port), dials);
        _request = System.Text.Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: localhost\r\n{(dials ? "Connection: close\r\n" : "")}\r\n");
        _answerLength = bodyLength + HeadLength(bodyLength);
    }

    public void Ask()
    {
        var socket = _socket ??= Dial();
        socket.Send(_request);
        var missing = _answerLength;
        while (missing > 0)
        {
            var count = socket.Receive(_buffer, Math.Min(missing, _buffer.Length), SocketFlags.None);
            if (count == 0)
                throw new EndOfStreamException($"{missing} of {_answerLength} bytes are missing.");
            missing -= count;
        }

        if (_dials)
            End();
    }

    public void Dispose() => _socket?.Dispose();

    // Dates have one length, so that every answer has that of the first.
    private int HeadLength(int bodyLength)
    {
        using var socket = Dial();
        socket.Send(_request);
        var count = 0;
        while (true)
        {
            count += socket.Receive(_buffer, count, Math.Min(4096, _buffer.Length - count), SocketFlags.None);
            var end = _buffer.AsSpan(0, count).IndexOf("\r\n\r\n"u8);
            if (end < 0)
                continue;
            for (var rest = bodyLength - (count - end - 4); rest > 0;)
                rest -= socket.Receive(_buffer, 0, Math.Min(rest, _buffer.Length), SocketFlags.None);
            return end + 4;
        }
    }

    private Socket Dial()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = 30_000, SendTimeout = 30_000 };
        socket.Connect(_server);
        return socket;
    }

    // Behind the server's end, so that the port's TIME_WAIT is the server's.
    private void End()
    {
        if (_socket!.Receive(_buffer) != 0)
            throw new InvalidDataException("The server sent more than its answer.");
        _socket.Dispose();
        _socket = null;
    }
}
