using System.Net;
using Microsoft.Extensions.Time.Testing;
using Net.Async.Tests.Serving;

namespace Net.Async.Tests.Contract;

/// <summary>The stage between a client's admission and its connection, over every transport.</summary>
public class UpgradeTests : LeakCheck
{
    [Theory, Transports(Untaken = true)]
    public async Task AcceptAsync_UpgradeSucceeds_TheConnectionHasTheRest(string name)
    {
        var transport = Transport.Get(name);
        await using var server = transport.Listen(With(TestUpgrade.OfOneByte(), TestUpgrade.OfOneByte()));
        var accepting = server.AcceptAsync().AsTask();
        await using var client = await transport.ConnectAsync(server);
        await client.Output.WriteAsync("abc"u8.ToArray());

        await using var accepted = await accepting.Soon();

        Assert.Equal("c"u8.ToArray(), await accepted.Input.ReadExactlyAsync(1));
        accepted.Input.Complete();
        Assert.Equal(1, server.ConnectionCount);
    }

    [Theory, Transports(Untaken = true)]
    public async Task AcceptAsync_OneClientIsSilent_OthersOvertakeIt(string name)
    {
        var transport = Transport.Get(name);
        var observer = new TestObserver();
        await using var server = transport.Listen(With(TestUpgrade.OfOneByte()) with { Observer = observer });
        // One call at a time asks: the silent client must not hold it.
        var accepting = server.AcceptAsync().AsTask();
        await using var silent = await transport.ConnectAsync(server);
        for (var i = 0; i < 5; i++)
        {
            await using var client = await transport.ConnectAsync(server);
            await client.Output.WriteAsync("x"u8.ToArray());
            await (await accepting.Soon()).DisposeAsync();
            accepting = server.AcceptAsync().AsTask();
        }

        await server.StopAsync().Soon();
        await Assert.ThrowsAsync<ConnectionException>(() => accepting.Soon());
        await EndsAsync(silent);
        // The stop ended its upgrade, which is no failure.
        Assert.Equal(0, observer.Count("upgrade failed"));
    }

    [Theory, Transports(Untaken = true)]
    public async Task AcceptAsync_UpgradeTakesTooLong_IsResetCountedAndGivesItsPlaceBack(string name)
    {
        var transport = Transport.Get(name);
        var (observer, time) = (new TestObserver(), new FakeTimeProvider());
        var options = With(TestUpgrade.OfOneByte()) with { Observer = observer, MaxConnections = 1, Connection = new ConnectionOptions { TimeProvider = time } };
        await using var server = transport.Listen(options with { Upgrade = options.Upgrade with { Timeout = TimeSpan.FromSeconds(3) } });
        var accepting = server.AcceptAsync().AsTask();
        await using var silent = await transport.ConnectAsync(server);
        // Its place is taken: a second client is dropped.
        await using (var second = await transport.ConnectAsync(server))
            await EndsAsync(second);
        Assert.Equal((1, 0), (server.Dropped, server.ConnectionCount));

        time.Advance(TimeSpan.FromSeconds(2.9));
        Assert.Equal(0, observer.Count("upgrade failed"));
        time.Advance(TimeSpan.FromSeconds(0.1));
        await EndsAsync(silent);
        await Eventually.IsAsync(() => observer.Count("upgrade failed") == 1, "the failure was not told");
        Assert.IsType<TimeoutException>(observer.Only<FailedUpgrade>("upgrade failed").Exception);

        await using var third = await transport.ConnectAsync(server);
        await third.Output.WriteAsync("x"u8.ToArray());
        // No orderly close, whose time limits would wait for the clock of the test.
        (await accepting.Soon()).Abort();
    }

    [Theory, Transports(Untaken = true)]
    public async Task AcceptAsync_UpgradeThrows_OnlyThatClientIsReset(string name)
    {
        var transport = Transport.Get(name);
        var observer = new TestObserver();
        var failures = 2;
        var upgrade = new TestUpgrade((stream, _) => Interlocked.Decrement(ref failures) >= 0 ? throw new InvalidDataException("no header") : new(stream));
        await using var server = transport.Listen(With(upgrade) with { Observer = observer });
        var accepting = server.AcceptAsync().AsTask();
        for (var i = 1; i <= 2; i++)
        {
            try
            {
                await using var client = await transport.ConnectAsync(server);
                await EndsAsync(client);
            }
            catch (ConnectionException exception) when (exception.Error == ConnectionError.Reset)
            {
                // A reset that is quicker than the connect ends the connect itself.
            }

            var expected = i;
            await Eventually.IsAsync(() => observer.Count("upgrade failed") == expected, "the failure was not told");
        }

        await using var good = await transport.ConnectAsync(server);
        await (await accepting.Soon()).DisposeAsync();
        Assert.Equal(2, observer.Count("upgrade failed"));
        Assert.Equal(1, observer.Count("accepted"));
    }

    [Theory, Transports(Untaken = true)]
    public async Task AcceptAsync_UpgradeIgnoresItsToken_IsStillEndedByTheLimit(string name)
    {
        var transport = Transport.Get(name);
        var (observer, time) = (new TestObserver(), new FakeTimeProvider());
        var late = new TaskCompletionSource<TransportStream>(TaskCreationOptions.RunContinuationsAsynchronously);
        TransportStream? given = null;
        var upgrade = new TestUpgrade((stream, _) =>
        {
            given = stream;
            return new(late.Task);
        });
        await using var server = transport.Listen(With(upgrade) with { Observer = observer, Connection = new ConnectionOptions { TimeProvider = time } });
        var accepting = server.AcceptAsync().AsTask();
        await using var client = await transport.ConnectAsync(server);
        await Eventually.IsAsync(() => given is not null, "the upgrade has not begun");
        time.Advance(TimeSpan.FromSeconds(10));
        await EndsAsync(client);
        late.SetResult(given!);
        await Eventually.IsAsync(() => observer.Count("upgrade failed") == 1, "the failure was not told");
        await server.StopAsync().Soon();
        await Assert.ThrowsAsync<ConnectionException>(() => accepting.Soon());
        Assert.Equal(0, observer.Count("accepted"));
    }

    [Theory, Transports(Untaken = true)]
    public async Task AcceptAsync_UpgradeNamesAnotherPeer_ThePolicyIsAskedAgain(string name)
    {
        var transport = Transport.Get(name);
        var observer = new TestObserver();
        var denied = NetEndPoint.Parse("192.0.2.9:1");
        var policy = new BlockList();
        policy.AddAddress("192.0.2.9");
        var peer = denied;
        var upgrade = new TestUpgrade((stream, token) => TestUpgrade.ToPeer(peer).UpgradeAsync(stream, token));
        await using var server = transport.Listen(With(upgrade) with { Observer = observer, Policy = new RulePolicy(new RulePolicyOptions { Deny = policy }) });
        var accepting = server.AcceptAsync().AsTask();
        await using (var client = await transport.ConnectAsync(server))
            await EndsAsync(client);
        Assert.Equal((1, 0), (server.Denied, server.ConnectionCount));
        Assert.Equal(denied, observer.Only<DeniedConnection>("denied").RemoteEndPoint);

        peer = NetEndPoint.Parse("192.0.2.8:1");
        await using var allowed = await transport.ConnectAsync(server);
        await using var accepted = await accepting.Soon();
        Assert.Equal(peer, accepted.RemoteEndPoint);
        await allowed.DisposeAsync();
    }

    [Theory, Transports(Untaken = true)]
    public async Task AcceptAsync_ASecondStepFails_TheStreamOfTheFirstIsEnded(string name)
    {
        var transport = Transport.Get(name);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = transport.Listen(With(new TestUpgrade((stream, _) => new(new Watched(stream, ended))), new TestUpgrade(static (_, _) => throw new InvalidDataException("second step"))));
        var accepting = server.AcceptAsync().AsTask();
        try
        {
            await using var client = await transport.ConnectAsync(server);
            await ended.Task.Soon();
        }
        catch (ConnectionException exception) when (exception.Error == ConnectionError.Reset)
        {
            // A reset that is quicker than the connect ends the connect itself.
            await ended.Task.Soon();
        }

        await server.StopAsync().Soon();
        await Assert.ThrowsAsync<ConnectionException>(() => accepting.Soon());
    }

    [Fact]
    public async Task AcceptAsync_UpgradeNamesAnotherPeer_TheLimitsOfThatPeerCount()
    {
        var port = 0;
        var upgrade = new TestUpgrade((stream, token) => TestUpgrade.ToPeer(new IPEndPoint(IPAddress.Parse("192.0.2.9"), Interlocked.Increment(ref port))).UpgradeAsync(stream, token));
        var observer = new TestObserver();
        await using var server = Server.Listen(0, With(upgrade) with { Observer = observer, Limits = new ServerLimits { ConnectionsPerIPv4Address = 2 } });
        var serving = server.ServeAsync(ServerTests.Echo);
        await using var one = await Connection.ConnectAsync(server.LocalEndPoint);
        await using var two = await Connection.ConnectAsync(server.LocalEndPoint);
        await Eventually.IsAsync(() => server.ConnectionCount == 2, "two are not served");
        await using var three = await Connection.ConnectAsync(server.LocalEndPoint);
        await EndsAsync(three);
        Assert.Equal((ConnectionLimitKind.ConnectionsPerAddress, "192.0.2.9"), (observer.Only<DroppedConnection>("dropped").Limit, ((IPEndPoint)observer.Only<DroppedConnection>("dropped").RemoteEndPoint!).Address.ToString()));
        await one.CloseAsync().Soon();
        await Eventually.IsAsync(() => server.ConnectionCount == 1, "one has not ended");
        await using var four = await Connection.ConnectAsync(server.LocalEndPoint);
        await Eventually.IsAsync(() => server.ConnectionCount == 2, "its place was not given back");
        await server.StopAsync(TimeSpan.Zero).Soon();
        await serving.Soon();
    }

    [Fact]
    public async Task AcceptAsync_AsManyUpgradesAsThereMayBe_LeavesTheNextClientToTheKernel()
    {
        var upgrading = 0;
        var upgrade = new TestUpgrade(async (stream, token) =>
        {
            Interlocked.Increment(ref upgrading);
            return await TestUpgrade.OfOneByte().UpgradeAsync(stream, token);
        });
        var options = With(upgrade);
        await using var server = Server.Listen(0, options with { Upgrade = options.Upgrade with { MaxConcurrent = 2 } });
        var accepting = server.AcceptAsync().AsTask();
        await using var one = await Connection.ConnectAsync(server.LocalEndPoint);
        await using var two = await Connection.ConnectAsync(server.LocalEndPoint);
        await Eventually.IsAsync(() => Volatile.Read(ref upgrading) == 2, "two upgrades have not begun");
        await using var three = await Connection.ConnectAsync(server.LocalEndPoint);
        await three.Output.WriteAsync("x"u8.ToArray());
        Assert.False(accepting.IsCompleted);
        Assert.Equal(2, Volatile.Read(ref upgrading));
        await one.Output.WriteAsync("x"u8.ToArray());
        await (await accepting.Soon()).DisposeAsync();
        await (await server.AcceptAsync().Soon()).DisposeAsync();
        Assert.Equal(3, Volatile.Read(ref upgrading));
        await server.StopAsync().Soon();
    }

    private static ServerOptions With(params ConnectionUpgrade[] steps) => new() { Upgrade = new UpgradeOptions { Steps = steps } };

    private static async Task EndsAsync(Connection client)
    {
        try
        {
            Assert.True((await client.Input.ReadAsync().Soon()).IsCompleted);
        }
        catch (ConnectionException exception)
        {
            Assert.Equal(ConnectionError.Reset, exception.Error);
        }
    }

    private sealed class Watched(TransportStream inner, TaskCompletionSource ended) : TransportDecorator(inner)
    {
        public override void Reset()
        {
            base.Reset();
            ended.TrySetResult();
        }
    }
}
