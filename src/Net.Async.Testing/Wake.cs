namespace Net.Async.Testing;

/// <summary>One wait for a change of what a lock guards. Its continuations run on the thread pool, never under that lock.</summary>
internal struct Wake
{
    private TaskCompletionSource? _waiting;

    /// <summary>Waits for the next change. Under the lock.</summary>
    public Task WaitAsync() => (_waiting ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>Something has changed. Under the lock.</summary>
    public void Set()
    {
        _waiting?.SetResult();
        _waiting = null;
    }
}
