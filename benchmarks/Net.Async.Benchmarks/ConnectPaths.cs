using System.Net;
using System.Net.Sockets;
using BenchmarkDotNet.Attributes;

namespace Net.Async.Benchmarks;

/// <summary>What the racing connector adds to a connect that has nothing to race: 10,000 connects an invocation, each ended by a reset so that no port is used up.</summary>
[MemoryDiagnoser]
[SimpleJob(warmupCount: 2, iterationCount: 11, invocationCount: 1)]
public class ConnectPaths : IDisposable
{
    private const int Connects = 10_000;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly HappyEyeballsConnector _connector = new(new() { Resolver = new OneAddress() });
    private IPEndPoint _server = null!;
    private DnsEndPoint _name = null!;
    private Thread _accepting = null!;

    [GlobalSetup]
    public void Listen()
    {
        _listener.Start(511);
        _server = (IPEndPoint)_listener.LocalEndpoint;
        _name = new DnsEndPoint("single.test", _server.Port);
        _accepting = new Thread(AcceptAll) { IsBackground = true };
        _accepting.Start();
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _listener.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>One attempt and a connection on it: the floor of every connector.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Connects)]
    public async Task Plain()
    {
        for (var i = 0; i < Connects; i++)
        {
            var connection = new StreamConnection(await IoEngine.Default.ConnectAsync(_server, new ConnectionOptions().ToSettings(), default), new ConnectionOptions());
            connection.Start();
            connection.Abort();
        }
    }

    /// <summary>The base class library's socket alone.</summary>
    [Benchmark(OperationsPerInvoke = Connects)]
    public async Task BareSocket()
    {
        for (var i = 0; i < Connects; i++)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, LingerState = new LingerOption(true, 0) };
            await socket.ConnectAsync(_server);
        }
    }

    [Benchmark(OperationsPerInvoke = Connects)]
    public async Task Literal()
    {
        for (var i = 0; i < Connects; i++)
            (await _connector.ConnectAsync(_server)).Abort();
    }

    [Benchmark(OperationsPerInvoke = Connects)]
    public async Task SingleAddress()
    {
        for (var i = 0; i < Connects; i++)
            (await _connector.ConnectAsync(_name)).Abort();
    }

    private void AcceptAll()
    {
        try
        {
            while (true)
                _listener.AcceptSocket().Dispose();
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The benchmark is over.
        }
    }

    private sealed class OneAddress : Resolver
    {
        private static readonly IPAddress[] s_one = [IPAddress.Loopback];

        public override ValueTask<ResolveResult> ResolveAsync(ResolveQuery query, CancellationToken cancellationToken = default) =>
            new(new ResolveResult(query.Family == AddressFamily.InterNetwork ? s_one : []));
    }
}
