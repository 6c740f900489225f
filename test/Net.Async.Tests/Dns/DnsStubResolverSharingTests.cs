using Xunit.Abstractions;

namespace Net.Async.Tests;

/// <summary>Callers who come and go while a question is on its way.</summary>
public class DnsStubResolverSharingTests(ITestOutputHelper output) : NameServerTest
{
    private static readonly DnsStubResolverOptions s_noLinger = new DnsStubResolverOptions { Cache = new() { Linger = TimeSpan.Zero } };

    private int _before;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        _before = Descriptors();
    }

    [Fact]
    public async Task ResolveAsync_CancelledBefore_AsksNobody()
    {
        var server = Plain();
        var token = new CancellationToken(canceled: true);

        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Resolver(server).ResolveAsync("host.test", V4, token).AsTask());

        Assert.Equal(token, exception.CancellationToken);
        Assert.Equal(0, server.Count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task ResolveAsync_Cancelled_ReturnsAtOnceAndNothingMoreIsSent(int linger)
    {
        var server = Silent();
        using var source = new CancellationTokenSource();
        var resolving = Resolver(s_noLinger with { Cache = new() { Linger = TimeSpan.FromSeconds(linger) }, Attempts = 10 }, server).ResolveAsync("host.test", V4, source.Token).AsTask();
        await server.HasAsync(1);

        await source.CancelAsync();

        // The clock stands: the cancellation alone ends it.
        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => resolving.Soon());
        Assert.Equal(source.Token, exception.CancellationToken);
        for (var i = 0; i < 60; i++)
            Time.Advance(TimeSpan.FromSeconds(1));
        await NoQueryIsOpenAsync();
        Assert.Equal(1, server.Count);
    }

    [Fact]
    public async Task ResolveAsync_BothFamiliesCancelled_EndsBoth()
    {
        var server = Silent();
        using var source = new CancellationTokenSource();
        var resolving = Resolver(s_noLinger, server).ResolveAsync("host.test", System.Net.Sockets.AddressFamily.Unspecified, source.Token).AsTask();
        await server.HasAsync(2);

        await source.CancelAsync();

        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => resolving.Soon());
        Assert.Equal(source.Token, exception.CancellationToken);
        await NoQueryIsOpenAsync();
    }

    [Fact]
    public async Task ResolveAsync_SameQuestionInFlight_SharesTheQuery()
    {
        var gate = Gate();
        var server = Gated(gate.Task, ttl: 0);
        var resolver = Resolver(server);
        var callers = Enumerable.Range(0, 100).Select(i => resolver.ResolveAsync(i % 2 == 0 ? "host.test" : "HOST.test.", V4).AsTask()).ToArray();
        await server.HasAsync(1);

        gate.SetResult();

        Assert.All(await Task.WhenAll(callers).Soon(), addresses => Assert.Equal(Addresses("192.0.2.1"), addresses));
        Assert.Equal(1, server.Count);
    }

    [Fact]
    public async Task ResolveAsync_OneOfTwoCancelled_TheOtherGetsTheAnswer()
    {
        var gate = Gate();
        var server = Gated(gate.Task);
        var resolver = Resolver(s_noLinger, server);
        using var source = new CancellationTokenSource();
        var cancelled = resolver.ResolveAsync("host.test", V4, source.Token).AsTask();
        var other = resolver.ResolveAsync("host.test", V4).AsTask();
        await server.HasAsync(1);

        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled.Soon());
        gate.SetResult();

        Assert.Equal(Addresses("192.0.2.1"), await other.Soon());
        Assert.Equal(1, server.Count);
    }

    [Fact]
    public async Task ResolveAsync_FailureShared_IsToldInEachCallersSpelling()
    {
        var gate = Gate();
        var server = Server(async query =>
        {
            await gate.Task;
            return [new Reply(query).Code(3).ToBytes()];
        });
        var resolver = Resolver(server);
        var (one, other) = (resolver.ResolveAsync("Host.test", V4).AsTask(), resolver.ResolveAsync("host.test.", V4).AsTask());

        gate.SetResult();

        Assert.StartsWith("Could not resolve Host.test: ", (await Assert.ThrowsAsync<ConnectionException>(() => one.Soon())).Message, StringComparison.Ordinal);
        Assert.StartsWith("Could not resolve host.test.: ", (await Assert.ThrowsAsync<ConnectionException>(() => other.Soon())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Linger_AnswerWithinIt_IsKept()
    {
        var gate = Gate();
        var server = Gated(gate.Task);
        var resolver = Resolver(server);
        await AbandonAsync(resolver, server);

        Time.Advance(TimeSpan.FromMilliseconds(999));
        gate.SetResult();
        await NoQueryIsOpenAsync();

        Assert.Equal(Addresses("192.0.2.1"), await resolver.ResolveAsync("host.test", V4).Soon());
        Assert.Equal(1, server.Count);
    }

    [Fact]
    public async Task Linger_Over_TheNextCallerAsksAgain()
    {
        var server = Silent();
        var resolver = Resolver(server);
        await AbandonAsync(resolver, server);

        Time.Advance(TimeSpan.FromSeconds(1));
        var next = resolver.ResolveAsync("host.test", V4).AsTask();

        await server.HasAsync(2);
        Assert.False(next.IsCompleted);
    }

    [Fact]
    public async Task Linger_CallerComesBack_TheQueryGoesOnForIt()
    {
        var gate = Gate();
        var server = Gated(gate.Task);
        var resolver = Resolver(server);
        await AbandonAsync(resolver, server);

        Time.Advance(TimeSpan.FromMilliseconds(500));
        var back = resolver.ResolveAsync("host.test", V4).AsTask();
        Time.Advance(TimeSpan.FromSeconds(3));
        gate.SetResult();

        Assert.Equal(Addresses("192.0.2.1"), await back.Soon());
        Assert.Equal(1, server.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Linger_AnswerAsksForMore_NothingMoreIsSent(bool truncated)
    {
        var gate = Gate();
        var server = Server(async query =>
        {
            await gate.Task;
            return [(truncated ? new Reply(query).Truncated() : new Reply(query).Code(2)).ToBytes()];
        });
        var resolver = Resolver(server);
        await AbandonAsync(resolver, server);

        gate.SetResult();

        await NoQueryIsOpenAsync();
        Assert.Equal(1, server.Count);
    }

    [Fact]
    public async Task MaxConcurrentQueries_Reached_FurtherOnesWait()
    {
        var gate = Gate();
        var server = Gated(gate.Task);
        var resolver = Resolver(s_noLinger with { MaxConcurrentQueries = 1 }, server);
        using var source = new CancellationTokenSource();
        var first = resolver.ResolveAsync("first.test", V4).AsTask();
        await server.HasAsync(1);
        var gone = resolver.ResolveAsync("gone.test", V4, source.Token).AsTask();
        var second = resolver.ResolveAsync("second.test", V4).AsTask();

        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone.Soon());
        Assert.Equal(1, server.Count);
        gate.SetResult();

        await Task.WhenAll(first, second).Soon();
        Assert.Equal(["first.test", "second.test"], server.Queries.Select(query => query.Name));
    }

    [Fact]
    public async Task DisposeAsync_WhileAsked_EndsEveryLookup()
    {
        var server = Silent();
        var resolver = Resolver(server);
        var resolving = resolver.ResolveAsync("host.test", V4).AsTask();
        await server.HasAsync(1);

        await resolver.DisposeAsync().Soon();

        Assert.Equal(0, OpenQueries());
        await Assert.ThrowsAsync<ObjectDisposedException>(() => resolving.Soon());
        await Assert.ThrowsAsync<ObjectDisposedException>(() => resolver.ResolveAsync("host.test", V4).AsTask());
        await resolver.DisposeAsync().Soon();
        Assert.Equal(1, server.Count);
    }

    [Fact]
    public async Task ResolveAsync_ManyQuestions_HoldNoThread()
    {
        var server = Silent();
        var resolver = Resolver(server);
        var before = ThreadPool.ThreadCount;

        var asking = Enumerable.Range(0, 200).Select(i => resolver.ResolveAsync($"host{i}.test", V4).AsTask()).ToArray();
        await server.HasAsync(200);

        Assert.InRange(ThreadPool.ThreadCount - before, int.MinValue, 50);
        await resolver.DisposeAsync().Soon();
        await Task.WhenAll(asking).ContinueWith(static ended => ended.Exception, TaskScheduler.Default).Soon();
        Assert.All(asking, static task => Assert.IsType<ObjectDisposedException>(task.Exception!.InnerException));
    }

    [Fact]
    public async Task ResolveAsync_CallersComeAndGo_EachGetsTheAnswerOrItsOwnCancellation()
    {
        var seed = Seed.Start(output).Next();
        var server = Plain(ttl: 0);
        var resolver = Resolver(s_noLinger with { MaxConcurrentQueries = 4 }, server);

        await Task.WhenAll(Enumerable.Range(0, 16).Select(caller => Task.Run(() => ComeAndGoAsync(resolver, new Random(seed + caller))))).Soon();

        await NoQueryIsOpenAsync();
    }

    private static async Task ComeAndGoAsync(DnsStubResolver resolver, Random random)
    {
        for (var i = 0; i < 100; i++)
        {
            using var source = new CancellationTokenSource();
            var resolving = resolver.ResolveAsync($"host{random.Next(3)}.test", V4, source.Token).AsTask();
            if (random.Next(2) == 0)
            {
                for (var turns = random.Next(5); turns > 0; turns--)
                    await Task.Yield();
                await source.CancelAsync();
            }

            try
            {
                Assert.Equal(Addresses("192.0.2.1"), await resolving);
            }
            catch (OperationCanceledException exception)
            {
                Assert.Equal(source.Token, exception.CancellationToken);
            }
        }
    }

    // Sends one query, and cancels its one caller.
    private static async Task AbandonAsync(DnsStubResolver resolver, ScriptedNameServer server)
    {
        using var source = new CancellationTokenSource();
        var abandoned = resolver.ResolveAsync("host.test", V4, source.Token).AsTask();
        await server.HasAsync(1);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => abandoned.Soon());
    }

    private Task NoQueryIsOpenAsync() => Eventually.IsAsync(() => OpenQueries() == 0, "a query's socket is open");

    // Two are the name server's own.
    private int OpenQueries() => Descriptors() - _before - 2;
}
