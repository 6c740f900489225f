using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;

namespace Net.Async.Tests.Connecting;

public class DeadlinesTests
{
    private static readonly TimeSpan s_length = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _time = new();
    private readonly ConcurrentQueue<string> _passed = new();

    [Fact]
    public async Task Add_Several_EachPassesAtItsOwnTime()
    {
        var deadlines = new Deadlines(s_length, _time);
        deadlines.Add(() => _passed.Enqueue("a"));
        _time.Advance(TimeSpan.FromSeconds(10));
        var taken = deadlines.Add(() => _passed.Enqueue("b"));
        deadlines.Add(() => _passed.Enqueue("c"));
        deadlines.Remove(taken);
        deadlines.Remove(taken);
        _time.Advance(TimeSpan.FromSeconds(20) - TimeSpan.FromTicks(1));
        Assert.Empty(_passed);
        _time.Advance(TimeSpan.FromTicks(1));
        await PassedAsync(["a"]);
        _time.Advance(TimeSpan.FromSeconds(10));
        await PassedAsync(["a", "c"]);
    }

    [Fact]
    public async Task Add_WhereNoContextFlows_Passes()
    {
        var deadlines = new Deadlines(s_length, _time);
        using (ExecutionContext.SuppressFlow())
            deadlines.Add(() => _passed.Enqueue("a"));
        _time.Advance(s_length);
        await PassedAsync(["a"]);
    }

    [Fact]
    public async Task Add_AfterAllHavePassed_IsArmedAnew()
    {
        var deadlines = new Deadlines(s_length, _time);
        deadlines.Add(() => _passed.Enqueue("a"));
        _time.Advance(s_length);
        await PassedAsync(["a"]);
        deadlines.Remove(deadlines.Add(() => _passed.Enqueue("b")));
        _time.Advance(s_length);
        deadlines.Add(() => _passed.Enqueue("c"));
        _time.Advance(s_length);
        await PassedAsync(["a", "c"]);
    }

    [Fact]
    public async Task Add_OneThatBlocks_HoldsUpNoOther()
    {
        var deadlines = new Deadlines(s_length, _time);
        using var release = new ManualResetEventSlim();
        deadlines.Add(release.Wait);
        deadlines.Add(() => _passed.Enqueue("b"));
        _time.Advance(s_length);
        await PassedAsync(["b"]);
        release.Set();
    }

    // On the pool, each on its own.
    private Task PassedAsync(string[] expected) => Eventually.IsAsync(() => _passed.SequenceEqual(expected), () => $"passed: {string.Join(' ', _passed)}");
}
