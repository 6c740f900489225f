namespace Net.Async;

/// <summary>How many handlers may still start. Used under the lock of <see cref="Demand"/>.</summary>
/// <param name="most">How many may run at a time.</param>
/// <param name="starter">Starts one.</param>
internal sealed class HandlerSlots(int most, IHandlerStarter starter)
{
    private readonly TaskCompletionSource _allEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _running;

    public int Free => most - _running;

    /// <summary>Completes when no handler runs and none will start.</summary>
    public Task AllEnded => _allEnded.Task;

    public bool TryTake()
    {
        if (_running == most)
            return false;
        _running++;
        return true;
    }

    public void Release() => _running--;

    /// <summary>Starts the handler of a connection whose slot was taken. Called without the lock.</summary>
    public void Start(Connection connection) => starter.Start(connection);

    /// <summary>Completes <see cref="AllEnded"/> when it is so.</summary>
    /// <param name="noneWillStart">Nothing is accepted any more, and nothing waits for a slot.</param>
    public void EndIfDoneLocked(bool noneWillStart)
    {
        if (noneWillStart && _running == 0)
            _allEnded.TrySetResult();
    }
}
