using Microsoft.Extensions.Time.Testing;

namespace Net.Async.Tests.Timing;

/// <summary>The one timer of a clock, behind every time limit.</summary>
public class TimerQueueTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly List<string> _elapsed = [];

    [Fact]
    public void Set_Several_EachElapsesAtItsOwnTime()
    {
        var queue = TimerQueue.Of(_time);
        queue.Set(Entry("late"), TimeSpan.FromSeconds(30));
        queue.Set(Entry("early"), TimeSpan.FromSeconds(10));
        _time.Advance(TimeSpan.FromSeconds(10) - TimeSpan.FromTicks(1));
        Assert.Empty(_elapsed);
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(["early"], _elapsed);
        _time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(["early", "late"], _elapsed);
    }

    [Fact]
    public void Set_Again_OnlyTheLastTimeCounts()
    {
        var queue = TimerQueue.Of(_time);
        var entry = Entry("a");
        queue.Set(entry, TimeSpan.FromSeconds(1));
        queue.Set(entry, TimeSpan.FromSeconds(5));
        _time.Advance(TimeSpan.FromSeconds(4));
        Assert.Empty(_elapsed);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(["a"], _elapsed);
    }

    [Fact]
    public void Set_AfterAllHaveElapsed_IsArmedAnew()
    {
        var queue = TimerQueue.Of(_time);
        queue.Set(Entry("a"), TimeSpan.FromSeconds(1));
        _time.Advance(TimeSpan.FromSeconds(1));
        queue.Set(Entry("b"), TimeSpan.FromSeconds(1));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["a", "b"], _elapsed);
    }

    [Fact]
    public void Remove_BeforeItIsDue_DoesNotElapse()
    {
        var queue = TimerQueue.Of(_time);
        var entry = Entry("a");
        queue.Set(entry, TimeSpan.FromSeconds(1));
        queue.Set(Entry("b"), TimeSpan.FromSeconds(2));
        queue.Remove(entry);
        queue.Remove(entry);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(["b"], _elapsed);
    }

    [Fact]
    public void Set_WhereNoContextFlows_Elapses()
    {
        var queue = TimerQueue.Of(_time);
        using (ExecutionContext.SuppressFlow())
            queue.Set(Entry("a"), TimeSpan.FromSeconds(1));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["a"], _elapsed);
    }

    [Fact]
    public void OnElapsed_OneThrows_TheOthersElapse()
    {
        var queue = TimerQueue.Of(_time);
        queue.Set(new Callback(static () => throw new InvalidDataException()), TimeSpan.FromSeconds(1));
        queue.Set(Entry("b"), TimeSpan.FromSeconds(1));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["b"], _elapsed);
    }

    // What watches a connection sets itself again from within its call. It must not elapse in the same turn, which would never end.
    [Fact]
    public void OnElapsed_SetsItselfAgain_ElapsesOncePerPeriod()
    {
        var queue = TimerQueue.Of(_time);
        Callback? again = null;
        again = new(() =>
        {
            _elapsed.Add("a");
            queue.Set(again!, TimeSpan.FromSeconds(1));
        });
        queue.Set(again, TimeSpan.FromSeconds(1));
        for (var second = 1; second <= 3; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal(second, _elapsed.Count);
        }
    }

    [Fact]
    public async Task Set_FromManyThreads_LosesNone()
    {
        const int Threads = 4, Count = 1000;
        var calls = 0;
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        await Task.WhenAll(Enumerable.Range(0, Threads).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < Count; i++)
            {
                TimerQueue.Of(TimeProvider.System).Set(
                    new Callback(() =>
                    {
                        if (Interlocked.Increment(ref calls) == Threads * Count)
                            all.SetResult();
                    }),
                    TimeSpan.FromMilliseconds(i % 10));
            }
        })));

        await all.Task.WaitAsync(Eventually.Limit);
        Assert.Equal(Threads * Count, calls);
    }

    [Fact]
    public void Set_AndRemoved_AllocatesNothing()
    {
        var queue = TimerQueue.Of(TimeProvider.System);
        var entry = Entry("never");
        queue.Set(entry, TimeSpan.FromHours(1));
        queue.Remove(entry);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            queue.Set(entry, TimeSpan.FromHours(1));
            queue.Remove(entry);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Of_OneClock_IsOneQueue()
    {
        Assert.Same(TimerQueue.Of(_time), TimerQueue.Of(_time));
        Assert.Same(TimerQueue.Of(TimeProvider.System), TimerQueue.Of(TimeProvider.System));
        Assert.NotSame(TimerQueue.Of(_time), TimerQueue.Of(new FakeTimeProvider()));
    }

    private Callback Entry(string name) => new(() => _elapsed.Add(name));

    private sealed class Callback(Action onElapsed) : TimerEntry
    {
        public override void OnElapsed() => onElapsed();
    }
}
