using System.Net;
using System.Net.Sockets;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace Net.Async.Tests.Resilience;

/// <summary>On the loopback, with a clock that the test moves.</summary>
public class ListenRetryTests : LeakCheck
{
    private readonly CountedTime _time = new();
    private readonly Told _told = new();

    [Fact]
    public async Task ListenAsync_AddressInUse_ListensASecondAfterItIsFree()
    {
        var holder = Server.Listen(0);
        var listening = ListenRetry.ListenAsync(holder.LocalEndPoint, null, Retry());
        await _time.ArmedAsync(1);
        _time.Advance(TimeSpan.FromSeconds(1));
        await _time.ArmedAsync(2);
        await holder.DisposeAsync();
        _time.Advance(TimeSpan.FromMilliseconds(999));
        Assert.False(listening.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));

        await using var server = await listening.Soon();
        await using var client = await Connection.ConnectAsync(server.LocalEndPoint).Soon();
        await using var accepted = await server.AcceptAsync().Soon();

        Assert.Equal(holder.LocalEndPoint, server.LocalEndPoint);
        Assert.Equal([ConnectionError.AddressInUse, ConnectionError.AddressInUse], _told.Errors);
    }

    [Fact]
    public async Task ListenAsync_FreeAddress_ListensAtOnceWithItsOptions()
    {
        var options = new ServerOptions { Listener = { Backlog = 7 } };
        await using var server = await ListenRetry.ListenAsync(NetEndPoint.Loopback(0), options).Soon();
        await using var named = await ListenRetry.ListenAsync(new DnsEndPoint("localhost", 0), null, Retry()).Soon();

        Assert.Equal(7, server.Options.Listener.Backlog);
        Assert.Empty(_told.Errors);
    }

    [Fact]
    public async Task ListenAsync_StillInUse_EndsWithTheErrorAfterMaxAttempts()
    {
        await using var holder = Server.Listen(0);
        var listening = ListenRetry.ListenAsync(holder.LocalEndPoint, null, Retry() with { MaxAttempts = 3 });
        for (var wait = 1; wait <= 2; wait++)
        {
            await _time.ArmedAsync(wait);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        var exception = await Assert.ThrowsAsync<ConnectionException>(() => listening.Soon());

        Assert.Equal((ConnectionError.AddressInUse, holder.LocalEndPoint), (exception.Error, exception.EndPoint));
        Assert.Equal(2, _told.Errors.Length);
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(30, false)]
    public async Task ListenAsync_OneAttemptOrNoError_DoesNotWait(int attempts, bool retriesInUse)
    {
        await using var holder = Server.Listen(0);
        var retry = Retry() with { MaxAttempts = attempts, Errors = retriesInUse ? [ConnectionError.AddressInUse] : [ConnectionError.ResourceShortage] };

        var exception = await Assert.ThrowsAsync<ConnectionException>(() => ListenRetry.ListenAsync(holder.LocalEndPoint, null, retry).Soon());

        Assert.Equal(ConnectionError.AddressInUse, exception.Error);
        Assert.Empty(_told.Errors);
    }

    [Fact]
    public async Task ListenAsync_CancelledWhileWaiting_ThrowsWithTheToken()
    {
        using var source = new CancellationTokenSource();
        await using var holder = Server.Listen(0);
        var listening = ListenRetry.ListenAsync(holder.LocalEndPoint, null, Retry(), source.Token);
        await _time.ArmedAsync(1);

        await source.CancelAsync();

        Assert.Equal(source.Token, (await Assert.ThrowsAsync<OperationCanceledException>(() => listening.Soon())).CancellationToken);
    }

    [Fact]
    public async Task ListenAsync_CancelledBefore_BindsNothing()
    {
        var token = new CancellationToken(canceled: true);

        var exception = await Assert.ThrowsAsync<OperationCanceledException>(() => ListenRetry.ListenAsync(NetEndPoint.Loopback(0), cancellationToken: token).Soon());

        Assert.Equal(token, exception.CancellationToken);
    }

    [Fact]
    public async Task ListenAsync_OwnPipelineWithATimeLimit_TellsTimedOut()
    {
        var pipeline = new ResiliencePipelineBuilder { TimeProvider = _time }
            .AddTimeout(TimeSpan.FromSeconds(5))
            .AddRetry(new RetryStrategyOptions { ShouldHandle = new PredicateBuilder().Handle<ConnectionException>(), Delay = TimeSpan.FromMinutes(1), MaxRetryAttempts = int.MaxValue })
            .Build();
        await using var holder = Server.Listen(0);
        var listening = ListenRetry.ListenAsync(holder.LocalEndPoint, null, pipeline);
        await _time.ArmedAsync(2);

        _time.Advance(TimeSpan.FromSeconds(5));

        var exception = await Assert.ThrowsAsync<ConnectionException>(() => listening.Soon());
        Assert.Equal((ConnectionError.TimedOut, $"Could not listen on {holder.LocalEndPoint}: not within 5 s."), (exception.Error, exception.Message));
        Assert.IsType<TimeoutRejectedException>(exception.InnerException);
    }

    [Fact]
    public async Task ListenAsync_SystemClock_TakesOverFromAServerThatStops()
    {
        var holder = Server.Listen(0);
        var listening = ListenRetry.ListenAsync(holder.LocalEndPoint, null, new() { Delay = TimeSpan.FromMilliseconds(1), MaxAttempts = 100_000, Retrying = _told });
        await Eventually.IsAsync(() => _told.Errors.Length >= 2, "two attempts failed");
        Assert.False(listening.IsCompleted);

        await holder.DisposeAsync();

        await using var server = await listening.Soon();
        Assert.Equal(holder.LocalEndPoint, server.LocalEndPoint);
    }

    [Fact]
    public async Task ListenAsync_UnixSocketInUse_IsWaitedFor()
    {
        var path = Path.Combine(Path.GetTempPath(), $"net-async-{Guid.NewGuid():N}");
        var holder = Server.Listen(new UnixDomainSocketEndPoint(path));
        var listening = ListenRetry.ListenAsync(new UnixDomainSocketEndPoint(path), null, Retry());
        await _time.ArmedAsync(1);
        await holder.DisposeAsync();
        _time.Advance(TimeSpan.FromSeconds(1));

        await using var server = await listening.Soon();
        Assert.Equal([ConnectionError.AddressInUse], _told.Errors);
    }

    private ListenRetryOptions Retry() => new() { TimeProvider = _time, Retrying = _told };
}
