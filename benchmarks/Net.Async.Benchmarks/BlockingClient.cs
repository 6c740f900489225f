using System.Net;
using System.Net.Sockets;

namespace Net.Async.Benchmarks;

/// <summary>The same client for every server: a blocking socket and buffers made beforehand, so that it allocates nothing and costs little.</summary>
internal sealed class BlockingClient : IDisposable
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(10);

    private readonly Socket _socket;
    private readonly byte[] _message;
    private readonly byte[] _echo;

    public BlockingClient(EndPoint server, int size)
    {
        _message = new byte[size];
        _echo = new byte[size];
        Random.Shared.NextBytes(_message);
        _socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        // A server that hangs must fail the benchmark, not hold it.
        _socket.ReceiveTimeout = _socket.SendTimeout = (int)s_timeout.TotalMilliseconds;
        _socket.Connect(server);
    }

    /// <summary>Sends the message and receives all of its echo.</summary>
    public int Exchange()
    {
        _socket.Send(_message);
        var received = 0;
        while (received < _echo.Length)
            received += ReceiveSome(_echo.AsSpan(received));
        return received;
    }

    /// <summary>Ends the sending and waits for the server's end: afterwards nothing of the connection is left there.</summary>
    public void End()
    {
        _socket.Shutdown(SocketShutdown.Send);
        if (_socket.Receive(_echo) != 0)
            throw new InvalidOperationException("The server sent more than the echo.");
    }

    public void Dispose() => _socket.Dispose();

    private int ReceiveSome(Span<byte> buffer) => _socket.Receive(buffer) is > 0 and var count
        ? count
        : throw new InvalidOperationException("The server ended the connection.");
}
