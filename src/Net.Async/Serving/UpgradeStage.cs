namespace Net.Async;

/// <summary>Upgrades clients, so many at a time, each within the time limit.</summary>
internal sealed class UpgradeStage(UpgradeOptions options, TimeProvider time, CancellationToken stopping)
{
    private readonly ConnectionLimit _places = new(options.MaxConcurrent, ServerFullMode.Wait);
    private readonly Rundown _upgrading = new();
    private readonly IReadOnlyList<ConnectionUpgrade> _steps = options.ToSteps(time);

    public bool IsNeeded => _steps.Count > 0;

    /// <summary>Completes when one client more may be upgraded.</summary>
    public Task RoomAsync() => _places.RoomAsync();

    /// <summary>Takes a place for one upgrade, after a wait where other loops were faster.</summary>
    public async ValueTask EnterAsync()
    {
        while (!_places.TryTake(out var freed))
            await freed!.ConfigureAwait(false);
        _upgrading.TryEnter();
    }

    public void Leave()
    {
        _places.Release();
        _upgrading.Leave();
    }

    /// <summary>The server stops: nothing waits for a place any more.</summary>
    public void End() => _places.End();

    /// <summary>No upgrade begins any more. Completes when the last one has ended. Called once.</summary>
    public Task CloseAsync()
    {
        _upgrading.Leave();
        return _upgrading.Ended;
    }

    /// <summary>Runs the upgrades. What was given is reset when they fail.</summary>
    /// <exception cref="TimeoutException">The time limit passed.</exception>
    /// <exception cref="OperationCanceledException">The server stops.</exception>
    /// <exception cref="Exception">What an upgrade threw.</exception>
    public async Task<TransportStream> RunAsync(TransportStream stream)
    {
        using var limit = new UpgradeLimit(TimerQueue.Of(time), options.Timeout, stopping);
        var upgrading = RunStepsAsync(stream, limit.Token);
        try
        {
            return await upgrading.WaitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            stream.Reset();
            // A step that ignores its token may still bring a stream, which no connection takes.
            _ = upgrading.ContinueWith(static late => late.Result.Reset(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
            _ = upgrading.ContinueWith(static late => _ = late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            if (limit.HasPassed)
                throw new TimeoutException($"The upgrade took longer than {options.Timeout}.", exception);
            throw;
        }
    }

    private async Task<TransportStream> RunStepsAsync(TransportStream stream, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var step in _steps)
            {
                var upgraded = await step.UpgradeAsync(stream, cancellationToken).ConfigureAwait(false)
                    ?? throw new InvalidOperationException($"{step.GetType().Name} returned null instead of a stream.");
                stream = GuardedTransport.Over(upgraded);
            }

            return stream;
        }
        catch
        {
            // The stream of an earlier step, which owns what is below it.
            stream.Reset();
            throw;
        }
    }
}
