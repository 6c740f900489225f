using BenchmarkDotNet.Attributes;

namespace Net.Async.Benchmarks;

/// <summary>64 bytes there and back on one connection: the time of one exchange, and what the server allocates for it.</summary>
[MemoryDiagnoser]
public class EchoPingPong : EchoServerUnderTest
{
    private const int Size = 64;

    private BlockingClient _client = null!;

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
    public int Kestrel() => _client.Exchange();

    [Benchmark]
    public int Stream() => _client.Exchange();

    [Benchmark]
    public int Socket() => _client.Exchange();

    [Benchmark]
    public int NetAsync() => _client.Exchange();

    private async Task StartAsync(string peer) => _client = new BlockingClient(await StartServerAsync(peer), Size);
}
