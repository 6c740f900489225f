using Microsoft.Extensions.Time.Testing;

namespace Net.Async.Tests.Connections;

/// <summary>When a sum of waits falls below its rate, to the tick.</summary>
public class WaitPaceTests
{
    private const long Second = TimeSpan.TicksPerSecond;

    private static readonly TimerQueue s_clock = TimerQueue.Of(new FakeTimeProvider());

    private readonly MinDataRate _rate = new(100, TimeSpan.FromSeconds(5));
    private WaitPace _pace;

    [Fact]
    public void DueOf_NoWait_IsNever()
    {
        Assert.Equal(long.MaxValue, Due(0, 0));
        _pace.Begin(0, 0);
        _pace.End(Second);
        Assert.Equal(long.MaxValue, Due(100 * Second, 0));
    }

    [Theory]
    [InlineData(0, 5 * Second)]
    [InlineData(499, 5 * Second)]
    [InlineData(500, (5 * Second) + 1)]
    [InlineData(1200, (12 * Second) + 1)]
    [InlineData(long.MaxValue - 1, (TimeSpan.SecondsPerDay * Second) + 1)]
    public void DueOf_BytesMoved_IsWhenTheAverageFallsBelowTheRate(long moved, long due)
    {
        _pace.Begin(0, 1);
        Assert.Equal(due, Due(0, moved + 1));
        Assert.Equal(due, Due(due, moved + 1));
    }

    [Fact]
    public void DueOf_SeveralWaits_OnlyTheyCount()
    {
        _pace.Begin(10 * Second, 0);
        _pace.End(12 * Second);
        _pace.Begin(1000 * Second, 0);
        Assert.Equal(1003 * Second, Due(1001 * Second, 0));
    }

    [Fact]
    public void Close_BeginsANewSum()
    {
        _pace.Begin(0, 0);
        _pace.End(4 * Second);
        _pace.Close();
        Assert.False(_pace.IsOpen);
        _pace.Begin(10 * Second, 700);
        Assert.Equal(15 * Second, Due(10 * Second, 700));
    }

    private long Due(long now, long position) => _pace.DueOf(_rate, now, position, s_clock);
}
