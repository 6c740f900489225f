using System.Diagnostics;

namespace Net.Async.Tests;

public class CoarseTimerTests
{
    [Fact]
    public async Task Once_Target_IsCalledWithIt()
    {
        var called = new TaskCompletionSource<object>(TaskCreationOptions.RunContinuationsAsynchronously);

        CoarseTimer.Once(called, static target => ((TaskCompletionSource<object>)target).SetResult(target));

        Assert.Same(called, await called.Task.WaitAsync(Eventually.Limit));
    }

    [Fact]
    public async Task Once_Several_AreCalledOnceEachAndInOrder()
    {
        var calls = new List<int>();
        var last = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        for (var i = 0; i < 100; i++)
            CoarseTimer.Once(i, number => calls.Add((int)number));
        CoarseTimer.Once(last, static target => ((TaskCompletionSource)target).SetResult());
        await last.Task.WaitAsync(Eventually.Limit);
        // One tick more: a second call would have come by then.
        var later = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        CoarseTimer.Once(later, static target => ((TaskCompletionSource)target).SetResult());
        await later.Task.WaitAsync(Eventually.Limit);

        Assert.Equal(Enumerable.Range(0, 100), calls);
    }

    // What watches a connection asks again from within its call; taken in the same tick it would never let the tick end.
    [Fact]
    public async Task Once_FromWithinACall_IsCalledAtTheNextTick()
    {
        var again = new TaskCompletionSource<TimeSpan>(TaskCreationOptions.RunContinuationsAsynchronously);

        CoarseTimer.Once(again, _ =>
        {
            var first = Stopwatch.GetTimestamp();
            CoarseTimer.Once(again, _ => again.SetResult(Stopwatch.GetElapsedTime(first)));
        });

        // A lower bound is no luck: ticks are a second apart, and a late one only makes it longer.
        Assert.True(await again.Task.WaitAsync(Eventually.Limit) > TimeSpan.FromSeconds(0.5));
    }

    [Fact]
    public async Task Once_FromManyThreads_LosesNone()
    {
        const int Count = 1000;
        var calls = 0;
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < Count; i++)
            {
                CoarseTimer.Once(all, _ =>
                {
                    if (Interlocked.Increment(ref calls) == 4 * Count)
                        all.SetResult();
                });
            }
        })));

        await all.Task.WaitAsync(Eventually.Limit);
        Assert.Equal(4 * Count, calls);
    }
}
