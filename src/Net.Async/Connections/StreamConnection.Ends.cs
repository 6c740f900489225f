namespace Net.Async;

/// <summary>How a connection ends: what its lifetime decides, and the close that its owner asks for.</summary>
internal sealed partial class StreamConnection
{
    public override CloseReason? CloseReason => _lifetime.Reason;

    public override CancellationToken Closed => Watched().Closed;

    public override CancellationToken PeerClosed => Watched().PeerClosed;

    public override void Abort(Exception? reason = null)
    {
        _lifetime.Abort(reason);
        _succession?.Abort(reason);
    }

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
            // CloseAsync reports lost bytes; a dispose never throws. The reason is in CloseReason.
        }

        if (_succession is { } succession)
            await succession.DisposeAsync().ConfigureAwait(false);
    }

    void IConnectionEvents.OnActivity() => OnActivity();

    // On the loop or the thread pool: what follows must not run on the reader's stack.
    void IConnectionEvents.OnEndRead() => Run(this);

    void IConnectionEvents.OnDirectionEnded() => CloseIfBothEnded();

    void IConnectionEvents.StopPipes()
    {
        var failure = _lifetime.Failure;
        _output.Stop(failure);
        _input.Call.Stop(failure);
    }

    void IConnectionEvents.StopSending() => _output.Stop(_lifetime.Failure);

    void IConnectionEvents.OnEnded() => OnEnded();

    void IConnectionEvents.OnLimitReached(ConnectionLimitKind limit) => _owner?.OnLimitReached(this, limit);

    void IConnectionEvents.NotifyOwner()
    {
        if (_succession is { } succession)
            succession.EndWatch();
        else
            _owner?.OnClosed(this);
    }

    /// <summary>The reader has seen the peer's end: the output follows, where that was asked for.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        if (!_lifetime.Options.Close.AllowHalfOpen)
            _output.FinishInBackground();
        CloseIfBothEnded();
    }

    /// <summary>What a call throws that this side's own close has overtaken.</summary>
    public ConnectionException ClosedHere() => _lifetime.ClosedHere();

    // The tokens fire also while no read is pending.
    private ConnectionLifetime Watched()
    {
        _input.Call.Watch();
        return _lifetime;
    }

    private void CloseIfBothEnded()
    {
        if (!_output.IsFinished || CloseReason is not null)
            return;
        if (_input.HasEnded && !_input.IsUnreadable)
            _lifetime.EndKeepingInput();
        else if (_input.Call.IsCompleted || _input.IsUnreadable)
            _ = CloseOnceAsync();
    }

    private Task CloseOnceAsync()
    {
        if (Volatile.Read(ref _close) is { } begun)
            return begun.Completion;
        var close = new CloseSequence(_lifetime, _input, _output);
        if (Interlocked.CompareExchange(ref _close, close, null) is { } other)
            return other.Completion;
        _ = close.RunAsync();
        return close.Completion;
    }
}
