namespace Net.Async;

/// <summary>Ending without losing a client: an accept that is called off may have one in its hands.</summary>
internal sealed partial class AcceptQueue
{
    private volatile bool _leaving;
    private TaskCompletionSource? _quiet;

    /// <summary>Starts no accept any more, and completes when the one under way is over. What it brought went to whoever waited, or stays here to be taken.</summary>
    public Task LeaveAsync(Action callOff)
    {
        Task quiet;
        lock (_lock)
        {
            _leaving = true;
            if (!_accepting || _ended)
                return Task.CompletedTask;
            quiet = (_quiet ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }

        callOff();
        return quiet;
    }

    private void Quiet()
    {
        lock (_lock)
        {
            if (!_leaving)
                return;
            _accepting = false;
            _quiet?.TrySetResult();
        }
    }
}
