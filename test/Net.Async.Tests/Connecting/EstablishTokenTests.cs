using System.Net;
using System.Net.Sockets;
using Net.Async.Testing;

namespace Net.Async.Tests.Connecting;

/// <summary>What establishes waits on its token: whatever ends the attempt, the token's callbacks run, and the delegate ends.</summary>
public class EstablishTokenTests : LeakCheck
{
    private const int Tries = 500;

    private static readonly IPAddress s_other = IPAddress.Parse("127.0.0.2");

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("host.test")]
    public async Task Establish_CallerCancels_EndsEveryTime(string host)
    {
        await using var server = Server.Listen(0);
        var serving = server.ServeAsync(static (connection, token) => connection.Input.CopyToAsync(Stream.Null, token));
        var (connector, waits) = (Connector(), new Waits());
        for (var i = 0; i < Tries; i++)
        {
            using var cancel = new CancellationTokenSource();
            waits.Reset();
            var connecting = connector.ConnectAsync(new DnsEndPoint(host, server.Port()), waits.ForeverAsync, cancel.Token);
            await waits.Entered.Soon();
            cancel.Cancel();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting.Soon());
        }

        await waits.HaveEndedAsync(Tries);
        await server.StopAsync().Soon();
        await serving.Soon();
    }

    [Theory]
    [InlineData("127.0.0.1", false)]
    [InlineData("host.test", false)]
    [InlineData("127.0.0.1", true)]
    [InlineData("host.test", true)]
    public async Task Establish_TimeLimitOrLifetimeEnds_EndsEveryTime(string host, bool lifetime)
    {
        await using var server = Server.Listen(0);
        var serving = server.ServeAsync(static (connection, token) => connection.Input.CopyToAsync(Stream.Null, token));
        var waits = new Waits();
        for (var i = 0; i < Tries; i++)
        {
            using var life = new CancellationTokenSource();
            var connector = lifetime
                ? Connector(new() { Connection = new() { AbortToken = life.Token } })
                : Connector(new() { ConnectTimeout = TimeSpan.FromMilliseconds(1) });
            waits.Reset();
            var connecting = connector.ConnectAsync(new DnsEndPoint(host, server.Port()), waits.ForeverAsync);
            if (lifetime)
            {
                await waits.Entered.Soon();
                life.Cancel();
            }

            var exception = await Assert.ThrowsAnyAsync<Exception>(() => connecting.Soon());
            Assert.True(lifetime ? exception is OperationCanceledException : exception is ConnectionException { Error: ConnectionError.TimedOut }, exception.ToString());
        }

        await waits.HaveEndedAsync(null);
        await server.StopAsync().Soon();
        await serving.Soon();
    }

    [Fact]
    public async Task Establish_AnotherWins_EndsEveryTime()
    {
        await using var server = Server.Listen(0);
        await using var other = Server.Listen(new IPEndPoint(s_other, server.Port()));
        var serving = server.ServeAsync(static (connection, token) => connection.Input.CopyToAsync(Stream.Null, token));
        var servingToo = other.ServeAsync(static (connection, token) => connection.Input.CopyToAsync(Stream.Null, token));
        var waits = new Waits();
        var connector = Connector(new() { AttemptDelay = TimeSpan.FromMilliseconds(10) }, s_other, IPAddress.Loopback);
        for (var i = 0; i < Tries / 5; i++)
        {
            await using var winner = await connector.ConnectAsync(new DnsEndPoint("host.test", server.Port()), async (connection, token) =>
                ((IPEndPoint)connection.RemoteEndPoint!).Address.Equals(s_other) ? await waits.ForeverAsync(connection, token) : connection).Soon();
        }

        await waits.HaveEndedAsync(Tries / 5);
        await Task.WhenAll(server.StopAsync(), other.StopAsync()).Soon();
        await Task.WhenAll(serving, servingToo).Soon();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Resolver_TheConnectIsOver_ItsTokenRunsEveryCallback(bool wins)
    {
        await using var server = Server.Listen(0);
        var serving = server.ServeAsync(static (connection, token) => connection.Input.CopyToAsync(Stream.Null, token));
        var resolver = new HalfSilent(answers: wins);
        var connector = new HappyEyeballsConnector(new() { Resolver = resolver, ResolutionDelay = TimeSpan.Zero });
        for (var i = 0; i < Tries; i++)
        {
            using var cancel = new CancellationTokenSource();
            var connecting = connector.ConnectAsync("host.test", server.Port(), cancel.Token);
            if (wins)
            {
                await (await connecting.Soon()).DisposeAsync();
                continue;
            }

            cancel.Cancel();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting.Soon());
        }

        await Eventually.IsAsync(() => resolver.Waiting == 0, () => $"{resolver.Waiting} look-ups still wait on their token");
        Assert.True(resolver.Asked >= Tries);
        await server.StopAsync().Soon();
        await serving.Soon();
    }

    private sealed class HalfSilent(bool answers) : Resolver
    {
        private int _asked;
        private int _waiting;

        public int Asked => Volatile.Read(ref _asked);

        public int Waiting => Volatile.Read(ref _waiting);

        public override async ValueTask<ResolveResult> ResolveAsync(ResolveQuery query, CancellationToken cancellationToken = default)
        {
            if (answers && query.Family == AddressFamily.InterNetwork)
                return new ResolveResult([IPAddress.Loopback]);
            Interlocked.Increment(ref _asked);
            Interlocked.Increment(ref _waiting);
            await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Interlocked.Decrement(ref _waiting);
            return ResolveResult.Empty;
        }
    }

    private static HappyEyeballsConnector Connector(HappyEyeballsOptions? options = null, params IPAddress[] addresses) =>
        new((options ?? new()) with { Resolver = new ScriptedResolver().Add("host.test", addresses is [] ? [IPAddress.Loopback] : addresses) });

    /// <summary>Delegates that wait on their token and nothing else: how many have begun, and how many are over.</summary>
    private sealed class Waits
    {
        private TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _begun;
        private int _ended;

        public Task Entered => _entered.Task;

        public void Reset() => _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public async ValueTask<Connection> ForeverAsync(Connection connection, CancellationToken token)
        {
            Interlocked.Increment(ref _begun);
            try
            {
                // The registration first: the delegate is seen to wait only when it does.
                var wait = Task.Delay(Timeout.Infinite, token);
                _entered.TrySetResult();
                await wait;
                return connection;
            }
            finally
            {
                Interlocked.Increment(ref _ended);
            }
        }

        /// <param name="tries">How many were begun; null where the time limit may have come first.</param>
        public async Task HaveEndedAsync(int? tries)
        {
            Assert.True(_begun > 0 && (tries is null || _begun == tries), $"{_begun} delegates were begun");
            await Eventually.IsAsync(() => Volatile.Read(ref _ended) == _begun, () => $"{_begun - _ended} of {_begun} delegates still wait on their token");
        }
    }
}
