using Microsoft.Extensions.Time.Testing;

namespace Net.Async.Tests.Connecting;

public class RecentMapTests
{
    private readonly FakeTimeProvider _time = new();
    private long _epoch;

    private RecentMap<string, int> Map(int limit = 2) => new(limit, TimeSpan.FromMinutes(10), _time, () => _epoch);

    [Fact]
    public void TryGet_WithinTheLifetime_AndNotAfter()
    {
        var map = Map();
        map.Set("a", 1);
        _time.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromTicks(1));
        Assert.True(map.TryGet("a", out var value));
        Assert.Equal(1, value);
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.False(map.TryGet("a", out _));
        Assert.Equal(0, map.Count);
    }

    [Fact]
    public void Set_AtTheLimit_DropsTheLongestUnused()
    {
        var map = Map();
        map.Set("a", 1);
        map.Set("b", 2);
        Assert.True(map.TryGet("a", out _));
        map.Set("c", 3);
        Assert.False(map.TryGet("b", out _));
        Assert.True(map.TryGet("a", out _) && map.TryGet("c", out _));
        map.Set("c", 4);
        Assert.True(map.TryGet("a", out _) && map.TryGet("c", out var changed) && changed == 4);
        map.Remove("c");
        Assert.Equal(1, map.Count);
    }

    [Fact]
    public void TryGet_AnotherNetwork_ForgetsAll()
    {
        var map = Map();
        map.Set("a", 1);
        _epoch++;
        Assert.False(map.TryGet("a", out _));
        Assert.Equal(0, map.Count);
    }
}
