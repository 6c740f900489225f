namespace Net.Async;

/// <summary>The time limit of one connect.</summary>
internal sealed class ConnectDeadline(Action onPassed) : TimerEntry
{
    // On the thread pool: what it ends may have callbacks of users, which must not hold up other limits.
    public override void OnElapsed() => ThreadPool.UnsafeQueueUserWorkItem(static passed => passed(), onPassed, preferLocal: false);
}
