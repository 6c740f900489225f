using System.Net;
using BenchmarkDotNet.Attributes;

namespace Net.Async.Benchmarks;

/// <summary>Connect, one byte there and back, close in order from both sides: the cost of a connection's life.</summary>
/// <remarks>Every close leaves a port in TIME_WAIT; Linux takes those on loopback again after a second (<c>tcp_tw_reuse</c> 2, its default).</remarks>
[MemoryDiagnoser]
public class ConnectAndClose : EchoServerUnderTest
{
    private EndPoint _server = null!;

    [GlobalSetup(Target = nameof(Kestrel))]
    public Task StartKestrel() => StartAsync("kestrel");

    [GlobalSetup(Target = nameof(Stream))]
    public Task StartStream() => StartAsync("stream");

    [GlobalSetup(Target = nameof(Socket))]
    public Task StartSocket() => StartAsync("socket");

    [GlobalSetup(Target = nameof(NetAsync))]
    public Task StartNetAsync() => StartAsync("net-async");

    [GlobalCleanup]
    public Task Stop() => StopServerAsync();

    [Benchmark(Baseline = true)]
    public void Kestrel() => Live();

    [Benchmark]
    public void Stream() => Live();

    [Benchmark]
    public void Socket() => Live();

    [Benchmark]
    public void NetAsync() => Live();

    private async Task StartAsync(string peer) => _server = await StartServerAsync(peer);

    private void Live()
    {
        using var client = new BlockingClient(_server, size: 1);
        client.Exchange();
        client.End();
    }
}
