using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using Net.Async.Testing;

namespace Net.Async.Tests.Connecting;

/// <summary>Code of others inside a connect (resolvers, policies, listeners, what establishes) that throws, blocks or ends late.</summary>
public class ConnectStrangersTests : LeakCheck
{
    [Fact]
    public async Task Resolver_WithACallbackThatThrows_DoesNotUndoTheWin()
    {
        await using var server = Server.Listen(0);
        await using var client = await new HappyEyeballsConnector(new() { Resolver = new Registering(() => throw new InvalidDataException()) }).ConnectAsync("host.test", server.Port()).Soon();
        await (await server.AcceptAsync().Soon()).DisposeAsync();
    }

    [Fact]
    public async Task Resolver_WithACallbackThatBlocks_DoesNotHoldUpTheWin()
    {
        using var release = new ManualResetEventSlim();
        await using var server = Server.Listen(0);
        await using (await new HappyEyeballsConnector(new() { Resolver = new Registering(release.Wait) }).ConnectAsync("host.test", server.Port()).Soon())
            await (await server.AcceptAsync().Soon()).DisposeAsync();
        release.Set();
    }

    [Fact]
    public async Task MeterListener_Throws_ConnectsAllTheSame()
    {
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == DiagnosticNames.Meter)
                    self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<double>((_, _, _, _) => throw new InvalidDataException());
        listener.SetMeasurementEventCallback<long>((_, _, _, _) => throw new InvalidDataException());
        listener.SetMeasurementEventCallback<int>((_, _, _, _) => throw new InvalidDataException());
        listener.Start();
        await using var server = Server.Listen(0);
        var connector = new HappyEyeballsConnector(new() { Resolver = new ScriptedResolver().Add("host.test", IPAddress.Parse("127.0.0.2"), IPAddress.Loopback) });
        await using var client = await connector.ConnectAsync("host.test", server.Port()).Soon();
        await (await server.AcceptAsync().Soon()).DisposeAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ActivityListener_Throws_ConnectsAllTheSame(bool atTheStart)
    {
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == DiagnosticNames.ActivitySource,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStarted = _ => ThrowIf(atTheStart),
            ActivityStopped = _ => ThrowIf(!atTheStart),
        };
        ActivitySource.AddActivityListener(listener);
        await using var server = Server.Listen(0);
        await using var client = await new HappyEyeballsConnector().ConnectAsync(server.LocalEndPoint).Soon();
        await (await server.AcceptAsync().Soon()).DisposeAsync();

        static void ThrowIf(bool now)
        {
            if (now)
                throw new InvalidDataException();
        }
    }

    [Fact]
    public async Task Policy_MixedAnswersThrow_DeniesAtOnce()
    {
        var connector = new HappyEyeballsConnector(new() { Policy = new Torn(), Resolver = new ScriptedResolver().Add("host.test", IPAddress.Loopback, IPAddress.Parse("127.0.0.2")) });
        Assert.Equal(ConnectionError.Denied, (await Assert.ThrowsAsync<ConnectionException>(() => connector.ConnectAsync("host.test", 80).Soon())).Error);
    }

    [Theory]
    [InlineData("64:ff9b::a9fe:a9fe")]
    [InlineData("2002:a9fe:a9fe::1")]
    [InlineData("2001:db8:64::a9fe:a9fe")]
    public async Task Policy_OfIPv4Only_IsNotGotRoundByWhatIsInside(string address)
    {
        var list = new BlockList();
        list.AddSubnet("0.0.0.0", 0);
        var options = new HappyEyeballsOptions
        {
            Policy = list,
            // Nothing gets as far as the socket.
            Addresses = { Nat64Prefixes = [IPNetwork.Parse("2001:db8:64::/96")], ConfigureSocket = static (_, _) => Assert.Fail("a socket was made") },
            Resolver = new ScriptedResolver().Add("host.test", IPAddress.Parse(address)),
        };
        var connector = new HappyEyeballsConnector(options);
        Assert.Equal(ConnectionError.Denied, (await Assert.ThrowsAsync<ConnectionException>(() => connector.ConnectAsync(address, 80).Soon())).Error);
        Assert.Equal(ConnectionError.Denied, (await Assert.ThrowsAsync<ConnectionException>(() => connector.ConnectAsync("host.test", 80).Soon())).Error);
    }

    [Fact]
    public async Task Establish_EndsLate_ItsResultIsDisposed()
    {
        await using var server = Server.Listen(0);
        var connector = new HappyEyeballsConnector(new() { Resolver = new ScriptedResolver().Add("host.test", IPAddress.Loopback) });
        foreach (EndPoint endPoint in new EndPoint[] { server.LocalEndPoint, new DnsEndPoint("host.test", server.Port()) })
        {
            using var cancel = new CancellationTokenSource();
            var (entered, late) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource<Result>(TaskCreationOptions.RunContinuationsAsynchronously));
            var connecting = connector.ConnectAsync(endPoint, (_, _) =>
            {
                entered.SetResult();
                return new ValueTask<Result>(late.Task);
            }, cancel.Token);
            await using var accepted = await server.AcceptAsync().Soon();
            await entered.Task.Soon();
            await cancel.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting.Soon());
            var result = new Result();
            late.SetResult(result);
            await Eventually.IsAsync(() => result.Disposed == 1, $"the result for {endPoint} is not disposed");
        }
    }

    [Fact]
    public async Task Establish_MeetsTheTimeLimit_IsWonOrLostAndNeverBoth()
    {
        await using var server = Server.Listen(0);
        var serving = server.ServeAsync(Contract.ServerTests.Echo);
        var connector = new HappyEyeballsConnector(new() { ConnectTimeout = TimeSpan.FromMilliseconds(3) });
        var won = 0;
        for (var i = 0; i < 2000; i++)
        {
            try
            {
                await using var connection = await connector.ConnectAsync(server.LocalEndPoint, static async (connection, _) =>
                {
                    var until = Environment.TickCount64 + 2;
                    while (Environment.TickCount64 <= until)
                        await Task.Yield();
                    return connection;
                }).Soon();
                won++;
                Assert.Null(connection.CloseReason);
            }
            catch (ConnectionException exception)
            {
                Assert.Equal(ConnectionError.TimedOut, exception.Error);
            }
        }

        Assert.True(won > 0);
        await server.StopAsync().Soon();
        await serving.Soon();
    }

    [Fact]
    public async Task LookupErrors_AfterTheThrow_StayAsTheyWere()
    {
        var gate = new TaskCompletionSource<IReadOnlyList<IPAddress>>(TaskCreationOptions.RunContinuationsAsynchronously);
        var connector = new HappyEyeballsConnector(new() { Resolver = new Late(gate.Task), ConnectTimeout = TimeSpan.FromMilliseconds(20) });
        var exception = await Assert.ThrowsAsync<ConnectionException>(() => connector.ConnectAsync("host.test", 80).Soon());
        gate.SetException(new InvalidDataException());
        await Eventually.IsAsync(() => gate.Task.IsFaulted, "the look-up continues");
        Assert.Empty(exception.LookupErrors);
    }

    [Fact]
    public async Task Localhost_WithoutAWayOutForIPv6_IsTriedOnBoth()
    {
        await using var server = Server.Listen(new IPEndPoint(IPAddress.IPv6Loopback, 0));
        var connector = new HappyEyeballsConnector(new() { SourceOf = static address => address.AddressFamily == AddressFamily.InterNetwork ? address : null });
        await using var client = await connector.ConnectAsync("localhost", server.Port()).Soon();
        await (await server.AcceptAsync().Soon()).DisposeAsync();
    }

    [Fact]
    public async Task Family_AndAnEndPointOfTheOther_AreRefused()
    {
        var connector = new HappyEyeballsConnector(new() { Addresses = { Family = AddressFamily.InterNetworkV6 } });
        Assert.Equal(ConnectionError.AddressFamilyNotSupported,
            (await Assert.ThrowsAsync<ConnectionException>(() => connector.ConnectAsync(new DnsEndPoint("host.test", 80, AddressFamily.InterNetwork)).Soon())).Error);
        await Assert.ThrowsAsync<ArgumentException>(() => new HappyEyeballsConnector().ConnectAsync(new DnsEndPoint("127.0.0.1", 80, AddressFamily.InterNetworkV6)));
    }

    [Fact]
    public async Task ConnectAsync_WithOptions_SharesOneConnectorAndNoCallersContext()
    {
        await using var server = Server.Listen(0);
        var time = new CountingTime();
        var options = new ConnectionOptions { TimeProvider = time };
        s_local.Value = "first";
        for (var i = 0; i < 5; i++)
        {
            await using var client = await Connection.ConnectAsync(server.LocalEndPoint, options).Soon();
            await (await server.AcceptAsync().Soon()).DisposeAsync();
        }

        Assert.Equal([null], time.Contexts);
    }

    private static readonly AsyncLocal<string?> s_local = new();

    private sealed class Result : IDisposable
    {
        private int _disposed;

        public int Disposed => Volatile.Read(ref _disposed);

        public void Dispose() => Interlocked.Increment(ref _disposed);
    }

    private sealed class Registering(Action callback) : Resolver
    {
        public override ValueTask<ResolveResult> ResolveAsync(ResolveQuery query, CancellationToken cancellationToken = default)
        {
            cancellationToken.Register(callback);
            return new(query.Family == AddressFamily.InterNetwork ? new ResolveResult([IPAddress.Loopback]) : ResolveResult.Empty);
        }
    }

    private sealed class Late(Task<IReadOnlyList<IPAddress>> answer) : Resolver
    {
        // Looks at no token.
        public override async ValueTask<ResolveResult> ResolveAsync(ResolveQuery query, CancellationToken cancellationToken = default) => new(await answer);
    }

    private sealed class Torn : ConnectionPolicy
    {
        public override DeniedAnswerMode DeniedAnswers => throw new InvalidDataException();

        public override PolicyDecision Evaluate(in ConnectionCandidate candidate) =>
            ((IPEndPoint)candidate.EndPoint).Address.Equals(IPAddress.Loopback) ? PolicyDecision.Allow() : PolicyDecision.Deny();
    }

    private sealed class CountingTime : TimeProvider
    {
        public List<string?> Contexts { get; } = [];

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            // What the timer would capture; null where the flow is suppressed.
            var context = ExecutionContext.IsFlowSuppressed() ? null : s_local.Value;
            if (state is TimerQueue)
                Contexts.Add(context);
            return base.CreateTimer(callback, state, dueTime, period);
        }
    }
}
