namespace Net.Async;

/// <summary>How many handlers run, and how many may.</summary>
internal sealed class HandlerSlots(int most)
{
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _allEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource? _slotFree;
    private int _running;
    private bool _closed;

    /// <summary>Waits until another handler may run; false when the server stops first.</summary>
    public async ValueTask<bool> WaitForSlotAsync(CancellationToken stopping)
    {
        Task free;
        lock (_lock)
        {
            if (_running < most)
                return !stopping.IsCancellationRequested;
            free = (_slotFree = new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }

        await free.WaitAsync(stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !stopping.IsCancellationRequested;
    }

    public void Take()
    {
        lock (_lock)
            _running++;
    }

    public void Release()
    {
        lock (_lock)
        {
            _running--;
            _slotFree?.TrySetResult();
            TellIfAllEnded();
        }
    }

    /// <summary>Waits for every handler; after an abort at most so long, since a handler may ignore its token.</summary>
    public async Task AllEndedAsync(TimeSpan afterAbort, TimeProvider time, CancellationToken aborted)
    {
        lock (_lock)
        {
            _closed = true;
            TellIfAllEnded();
        }

        await _allEnded.Task.WaitAsync(aborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _allEnded.Task.WaitAsync(afterAbort, time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private void TellIfAllEnded()
    {
        if (_closed && _running == 0)
            _allEnded.TrySetResult();
    }
}
