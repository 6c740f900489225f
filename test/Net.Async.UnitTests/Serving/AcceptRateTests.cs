using Microsoft.Extensions.Time.Testing;

namespace Net.Async.Tests.Serving;

public class AcceptRateTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Of_NoRate_IsNone() => Assert.Null(AcceptRate.Of(new ServerLimits(), _time));

    [Fact]
    public void TryTake_BurstIsUsedUp_TellsWhenTheNextOneMayCome()
    {
        var rate = AcceptRate.Of(new ServerLimits { AcceptsPerSecond = 10, AcceptBurst = 3 }, _time)!;
        for (var i = 0; i < 3; i++)
            Assert.True(rate.TryTake(out _));
        Assert.False(rate.TryTake(out var wait));
        Assert.Equal(TimeSpan.FromMilliseconds(100), wait);

        _time.Advance(wait - TimeSpan.FromMilliseconds(1));
        Assert.False(rate.TryTake(out _));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(rate.TryTake(out _));
        Assert.False(rate.TryTake(out _));
    }

    [Fact]
    public void TryTake_RateOfMoreThanOneAMillisecond_WaitsAWholeMillisecond()
    {
        var rate = AcceptRate.Of(new ServerLimits { AcceptsPerSecond = 2000, AcceptBurst = 1 }, _time)!;
        Assert.True(rate.TryTake(out _));
        Assert.False(rate.TryTake(out var wait));
        // A timer cuts to milliseconds: less would be no wait.
        Assert.Equal(TimeSpan.FromMilliseconds(1), wait);
    }

    [Fact]
    public void TryTake_AfterALongPause_GivesNoMoreThanTheBurst()
    {
        var rate = AcceptRate.Of(new ServerLimits { AcceptsPerSecond = 5 }, _time)!;
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(5, Enumerable.Range(0, 100).Count(_ => rate.TryTake(out var _)));
    }
}
