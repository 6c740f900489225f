namespace Net.Async.Testing;

/// <summary>The end of a connection in memory: the first reason wins, each token fires once.</summary>
internal sealed partial class MemoryConnection
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _peerClosed = new();
    private readonly CancellationTokenSource _closed = new();
    private CloseReason? _reason;
    private CancellationTokenRegistration _lifetime;
    private Task? _closing;

    public override CancellationToken PeerClosed => _peerClosed.Token;

    public override CancellationToken Closed => _closed.Token;

    public override CloseReason? CloseReason => Volatile.Read(ref _reason);

    /// <summary>What calls say after the end; null while it lives.</summary>
    public ConnectionException? Failure => CloseReason switch
    {
        null => null,
        { Error: { } error } reason => Failed(error, reason.Exception),
        _ => Failed(ConnectionError.Closed, null),
    };

    public override void Abort(Exception? reason = null) => AbortFor(new CloseReason(ConnectionError.Aborted, reason));

    public override async Task CloseAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            await CloseOnceAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (cancellationToken.IsCancellationRequested)
        {
            Abort(exception);
            throw;
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await CloseOnceAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _output.Release();
        GC.SuppressFinalize(this);
    }

    /// <summary>The output was completed: the peer reads its end after what was written.</summary>
    public void OnOutputFinished()
    {
        Fire(_peer._peerClosed);
        CloseIfBothEnded();
    }

    /// <summary>The reader has seen the peer's end, or wants no more.</summary>
    public void OnInputEnded(bool byPeer)
    {
        if (byPeer && !_end.Options.AllowHalfOpen)
            FinishInBackground();
        CloseIfBothEnded();
    }

    public ConnectionException Failed(ConnectionError error, Exception? cause) => new(error, error switch
    {
        ConnectionError.Reset => $"The peer {Peer} reset the connection.",
        ConnectionError.Aborted => $"The connection to {Peer} was aborted from this side{(cause is null ? "" : ": " + cause.Message.TrimEnd('.'))}.",
        ConnectionError.TimedOut => $"The connection to {Peer} timed out.",
        _ => $"The connection to {Peer} was closed from this side.",
    }, RemoteEndPoint, cause);

    private string Peer => NetEndPoint.Format(RemoteEndPoint!);

    private Task CloseOnceAsync()
    {
        // At once: nothing that is written after the call is taken.
        _ = _output.FinishAsync().Exception;
        lock (_lock)
            return _closing ??= Task.Run(CloseCoreAsync);
    }

    private async Task CloseCoreAsync()
    {
        try
        {
            await FinishInTimeAsync().ConfigureAwait(false);
            if (CloseReason is { Error: ConnectionError.TimedOut })
                throw Failure!;
        }
        finally
        {
            End(WasClean);
            _input.Stop();
            _output.Stop();
        }
    }

    /// <summary>Sends the rest and the end while no caller waits: bounded, then an abort.</summary>
    public void FinishInBackground() => FinishInTimeAsync().ContinueWith(static task => task.Exception, TaskScheduler.Default);

    private async Task FinishInTimeAsync()
    {
        try
        {
            await _output.FinishAsync().WaitAsync(_end.Options.CloseTimeout, _end.Options.TimeProvider).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            AbortFor(new CloseReason(ConnectionError.TimedOut, new TimeoutException($"The close took longer than {_end.Options.CloseTimeout}.")));
        }
    }

    private void AbortFor(CloseReason reason)
    {
        if (!End(reason))
            return;
        // The peer first: it must take the end that follows for a reset.
        _peer.OnReset();
        _input.Stop();
        _output.Stop();
    }

    private void OnReset()
    {
        if (!End(new CloseReason(ConnectionError.Reset, null)))
            return;
        _input.OnReset();
        _output.Stop();
    }

    private void CloseIfBothEnded()
    {
        if (_output.IsFinished && _input.IsEnded)
            End(WasClean);
        else if (_output.IsFinished && _input.IsCompleted)
            CloseOnceAsync().ContinueWith(static task => task.Exception, TaskScheduler.Default);
    }

    private static CloseReason WasClean { get; } = new(null, null);

    private bool End(CloseReason reason)
    {
        if (Interlocked.CompareExchange(ref _reason, reason, null) is not null)
            return false;
        _lifetime.Unregister();
        NoteEnded();
        Fire(_peerClosed);
        Fire(_closed);
        return true;
    }

    // What a callback throws is its owner's to find; it must not end the process of a test.
    private static void Fire(CancellationTokenSource source) =>
        source.CancelAsync().ContinueWith(static task => task.Exception, TaskScheduler.Default);
}
