using System.Net.Sockets;
using BenchmarkDotNet.Attributes;

namespace Net.Async.Benchmarks;

/// <summary>1 MiB through the echo: the client sends and receives at once, as more is under way than the kernel's buffers hold.</summary>
[MemoryDiagnoser]
public class EchoStream : EchoServerUnderTest
{
    private const int Size = 1024 * 1024;

    private readonly byte[] _message = new byte[Size];
    private readonly byte[] _received = new byte[64 * 1024];
    private Socket _client = null!;

    [GlobalSetup(Target = nameof(Kestrel))]
    public Task StartKestrel() => StartAsync("kestrel");

    [GlobalSetup(Target = nameof(Stream))]
    public Task StartStream() => StartAsync("stream");

    [GlobalSetup(Target = nameof(Socket))]
    public Task StartSocket() => StartAsync("socket");

    [GlobalSetup(Target = nameof(NetAsync))]
    public Task StartNetAsync() => StartAsync("net-async");

    [GlobalCleanup]
    public Task Stop()
    {
        _client.Dispose();
        return StopServerAsync();
    }

    [Benchmark(Baseline = true)]
    public Task Kestrel() => ThroughAsync();

    [Benchmark]
    public Task Stream() => ThroughAsync();

    [Benchmark]
    public Task Socket() => ThroughAsync();

    [Benchmark]
    public Task NetAsync() => ThroughAsync();

    private async Task StartAsync(string peer)
    {
        _client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await _client.ConnectAsync(await StartServerAsync(peer));
    }

    private async Task ThroughAsync()
    {
        var sending = _client.SendAsync(_message.AsMemory(), SocketFlags.None);
        for (var missing = Size; missing > 0;)
        {
            missing -= await _client.ReceiveAsync(_received.AsMemory(), SocketFlags.None) is > 0 and var count
                ? count
                : throw new InvalidOperationException("The server ended the connection.");
        }

        await sending;
    }
}
