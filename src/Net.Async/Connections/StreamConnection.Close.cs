namespace Net.Async;

/// <summary>The orderly close: flush, FIN, discard what still comes, close.</summary>
internal sealed partial class StreamConnection
{
    public override async Task CloseAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var closing = CloseOnceAsync();
        try
        {
            await closing.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (cancellationToken.IsCancellationRequested)
        {
            Abort(exception);
            throw;
        }
    }

    public override async ValueTask DisposeAsync()
    {
        try
        {
            await CloseOnceAsync().ConfigureAwait(false);
        }
        catch (ConnectionException)
        {
            // Lost bytes are told by CloseAsync; a dispose never throws. The reason is in CloseReason.
        }
    }

    private Task CloseOnceAsync()
    {
        if (Volatile.Read(ref _closing) is { } begun)
            return begun.Task;
        var closing = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (Interlocked.CompareExchange(ref _closing, closing, null) is { } other)
            return other.Task;
        _ = CloseAndTellAsync(closing);
        return closing.Task;
    }

    private async Task CloseAndTellAsync(TaskCompletionSource closing)
    {
        try
        {
            await CloseCoreAsync().ConfigureAwait(false);
            closing.SetResult();
        }
        catch (Exception exception)
        {
            // Whatever it was, nobody waits for ever, and nothing stays open.
            if (exception is not ConnectionException)
                Abort(exception);
            closing.SetException(exception as ConnectionException ?? Failure ?? ClosedHere());
            // A close that nobody waits for has told its reason already.
            _ = closing.Task.Exception;
        }
    }

    private async Task CloseCoreAsync()
    {
        try
        {
            await _output.FinishAsync().WaitAsync(_options.CloseTimeout, _options.TimeProvider).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // The end may have come at the same moment: then it was in time.
            AbortTimedOut();
            if (Failure is { } failure)
                throw failure;
        }
        catch (ConnectionException)
        {
            EndInOrder();
            throw;
        }

        _input.Stop(Failure ?? ClosedHere());
        if ((!_input.IsEnded || _input.IsUnreadable) && CloseReason is null)
            await DrainAsync().ConfigureAwait(false);
        EndInOrder();
    }

    private void EndInOrder()
    {
        var first = Decide(CloseReason.Clean);
        StopPipes();
        Release(reset: false);
        if (first)
            Ended();
    }

    // A close with unread bytes in the kernel makes it send RST, which destroys the answer on its way to the peer: read them away first.
    private async Task DrainAsync()
    {
        using var limit = new CancellationTokenSource(_options.DrainTimeout, _options.TimeProvider);
        try
        {
            await _input.DiscardAsync(_options.DrainLimit, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Long enough: the peer does not end.
        }
    }
}
