namespace Net.Async;

/// <summary>The time limit of one client's upgrades, as a token that a stop cancels too.</summary>
internal sealed class UpgradeLimit : TimerEntry, IDisposable
{
    private readonly TimerQueue _queue;
    private readonly CancellationTokenSource _source = Unwatched.NewSource();
    private readonly CancellationTokenRegistration _stopping;
    private volatile bool _hasPassed;

    public UpgradeLimit(TimerQueue queue, TimeSpan limit, CancellationToken stopping)
    {
        _queue = queue;
        Token = _source.Token;
        _stopping = stopping.UnsafeRegister(static source => ((CancellationTokenSource)source!).CancelWithoutWaiting(), _source);
        queue.Set(this, limit);
    }

    public CancellationToken Token { get; }

    public bool HasPassed => _hasPassed;

    // The callbacks on the token are the user's: they do not run on the timer's thread.
    public override void OnElapsed()
    {
        _hasPassed = true;
        _source.CancelWithoutWaiting();
    }

    public void Dispose()
    {
        _queue.Remove(this);
        _stopping.Unregister();
    }
}
