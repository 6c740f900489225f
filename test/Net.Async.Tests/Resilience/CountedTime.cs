using Microsoft.Extensions.Time.Testing;

namespace Net.Async.Tests.Resilience;

/// <summary>A clock that the test moves, and that tells when a caller waits: moved earlier, the wait would start late.</summary>
internal sealed class CountedTime : FakeTimeProvider
{
    private int _armed;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        Arm(dueTime);
        return new CountedTimer(timer, this);
    }

    /// <summary>Waits until so many timers were started since the clock was made.</summary>
    public Task ArmedAsync(int count) => Eventually.IsAsync(() => Volatile.Read(ref _armed) >= count, () => $"{_armed} of {count} timers were started");

    private void Arm(TimeSpan dueTime)
    {
        if (dueTime != Timeout.InfiniteTimeSpan)
            Interlocked.Increment(ref _armed);
    }

    private sealed class CountedTimer(ITimer timer, CountedTime time) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var changed = timer.Change(dueTime, period);
            time.Arm(dueTime);
            return changed;
        }

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
