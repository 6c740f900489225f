namespace Net.Async;

/// <summary>The orderly close, entered once: flush, FIN, discard what still comes, close.</summary>
internal sealed class CloseSequence(ConnectionLifetime lifetime, InputPipe input, OutputPipe output)
{
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the connection is closed; fails when bytes that were written could not be sent.</summary>
    public Task Completion => _closed.Task;

    /// <summary>Runs the sequence. Called once.</summary>
    public async Task RunAsync()
    {
        try
        {
            await CloseAsync().ConfigureAwait(false);
            _closed.SetResult();
        }
        catch (Exception exception)
        {
            // Whatever it was, no caller waits for ever, and nothing stays open.
            if (exception is not ConnectionException)
                lifetime.Abort(exception);
            _closed.SetException(exception as ConnectionException ?? lifetime.Failure ?? lifetime.ClosedHere());
            // The reason of a close that no caller waits for is in CloseReason.
            _ = _closed.Task.Exception;
        }
    }

    private async Task CloseAsync()
    {
        await FinishOutputAsync().ConfigureAwait(false);
        input.Call.Stop(lifetime.Failure);
        if ((!input.HasEnded || input.IsUnreadable) && lifetime.MayCloseOrderly)
            await new InputDrain(input.Call.Side, lifetime).RunAsync().ConfigureAwait(false);
        lifetime.EndOrderly();
    }

    private async Task FinishOutputAsync()
    {
        try
        {
            await output.FinishInTimeAsync().ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // The end may have come at the same moment: then it was in time.
            if (lifetime.Failure is { } failure)
                throw failure;
        }
        catch (ConnectionException)
        {
            // Bytes were lost: an end in order would say to a peer that is still there that it has everything.
            if (lifetime.Reason is { IsClean: false })
                lifetime.AbortReached();
            else
                lifetime.EndOrderly();
            throw;
        }
    }
}
