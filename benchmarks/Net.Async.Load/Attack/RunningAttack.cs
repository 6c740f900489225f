namespace Net.Async.Load;

/// <summary>Disturbances that run, each on a thread of its own, until they are ended.</summary>
internal sealed class RunningAttack : IDisposable
{
    private readonly CancellationTokenSource _over = new();
    private readonly IReadOnlyList<Disturbance> _disturbances;
    private readonly Task[] _running;

    public RunningAttack(IReadOnlyList<Disturbance> disturbances)
    {
        _disturbances = disturbances;
        _running = [.. disturbances.Select(disturbance => Task.Factory.StartNew(() => disturbance.Run(_over.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
    }

    /// <summary>Ends them, and returns what became of them.</summary>
    /// <exception cref="LoadException">One of them could not be played.</exception>
    public IReadOnlyList<Disturbance> End()
    {
        _over.Cancel();
        foreach (var running in _running)
            running.GetAwaiter().GetResult();
        return _disturbances;
    }

    public void Dispose()
    {
        _over.Cancel();
        // One that failed has said so in End, or another failure is on its way already.
        Task.WhenAll(_running).ContinueWith(static _ => { }, TaskScheduler.Default).Wait();
        _over.Dispose();
    }
}
