using Microsoft.Extensions.Time.Testing;

namespace Net.Async.Tests.Connecting;

public class DeadlinesTests
{
    private static readonly TimeSpan s_length = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _time = new();
    private readonly List<string> _passed = [];

    [Fact]
    public void Add_Several_EachPassesAtItsOwnTime()
    {
        var deadlines = new Deadlines(s_length, _time);
        deadlines.Add(() => _passed.Add("a"));
        _time.Advance(TimeSpan.FromSeconds(10));
        var taken = deadlines.Add(() => _passed.Add("b"));
        deadlines.Add(() => _passed.Add("c"));
        deadlines.Remove(taken);
        deadlines.Remove(taken);
        _time.Advance(TimeSpan.FromSeconds(20) - TimeSpan.FromTicks(1));
        Assert.Empty(_passed);
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(["a"], _passed);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(["a", "c"], _passed);
    }

    [Fact]
    public void Add_AfterAllHavePassed_IsArmedAnew()
    {
        var deadlines = new Deadlines(s_length, _time);
        deadlines.Add(() => _passed.Add("a"));
        _time.Advance(s_length);
        deadlines.Remove(deadlines.Add(() => _passed.Add("b")));
        _time.Advance(s_length);
        deadlines.Add(() => _passed.Add("c"));
        _time.Advance(s_length);
        Assert.Equal(["a", "c"], _passed);
    }
}
