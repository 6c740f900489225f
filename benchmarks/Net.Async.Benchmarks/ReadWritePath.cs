using System.Net;
using System.Net.Sockets;
using BenchmarkDotNet.Attributes;

namespace Net.Async.Benchmarks;

/// <summary>The client's side: 64 bytes written and read through our pipes, past the pipes, and with a socket; the server is the same raw one.</summary>
[MemoryDiagnoser]
public class ReadWritePath : EchoServerUnderTest
{
    private const int Size = 64;

    private readonly byte[] _message = new byte[Size];
    private readonly byte[] _received = new byte[Size];
    private Connection _connection = null!;
    private Socket _socket = null!;

    [GlobalSetup]
    public async Task Start()
    {
        var server = await StartServerAsync("socket");
        _connection = await Connection.ConnectAsync(server);
        _socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await _socket.ConnectAsync((IPEndPoint)server);
    }

    [GlobalCleanup]
    public async Task Stop()
    {
        await _connection.DisposeAsync();
        _socket.Dispose();
        await StopServerAsync();
    }

    [Benchmark(Baseline = true)]
    public async Task Socket()
    {
        await _socket.SendAsync(_message.AsMemory(), SocketFlags.None);
        for (var missing = Size; missing > 0;)
            missing -= Count(await _socket.ReceiveAsync(_received.AsMemory(0, missing), SocketFlags.None));
    }

    [Benchmark]
    public async Task Pipes()
    {
        await _connection.Output.WriteAsync(_message);
        for (var missing = Size; missing > 0;)
        {
            var read = await _connection.Input.ReadAsync();
            missing -= Count((int)read.Buffer.Length);
            _connection.Input.AdvanceTo(read.Buffer.End);
        }
    }

    [Benchmark]
    public async Task PastThePipes()
    {
        await _connection.SendAsync(_message);
        for (var missing = Size; missing > 0;)
            missing -= Count(await _connection.ReceiveAsync(_received.AsMemory(0, missing)));
    }

    private static int Count(int received) => received > 0
        ? received
        : throw new InvalidOperationException("The server ended the connection.");
}
