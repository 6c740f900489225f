using System.Net.Sockets;

namespace Net.Async;

/// <summary>The end of a connection. The first reason wins, and is written before the stream is touched.</summary>
internal sealed partial class StreamConnection
{
    private LazyToken _closed;
    private LazyToken _peerClosed;
    private CloseReason? _reason;
    private TaskCompletionSource? _closing;
    private bool _finishing;
    private bool _released;
    private CancellationTokenRegistration _lifetime;

    public override CloseReason? CloseReason => Volatile.Read(ref _reason);

    public override CancellationToken Closed
    {
        get
        {
            _input.Watch();
            return _closed.Token;
        }
    }

    public override CancellationToken PeerClosed
    {
        get
        {
            _input.Watch();
            return _peerClosed.Token;
        }
    }

    /// <summary>What a read says once nothing is left to deliver; null while the connection is well or has ended in order.</summary>
    public Exception? Failure => CloseReason is { Error: { } error } reason ? Failed(error, reason.Exception) : null;

    public override void Abort(Exception? reason = null) => AbortFor(new CloseReason(ConnectionError.Aborted, reason));

    public void OnReceived(int count)
    {
        NoteActivity();
        ConnectionTelemetry.Received.Count(count);
    }

    public void OnSent(int count)
    {
        NoteActivity();
        ConnectionTelemetry.Sent.Count(count);
    }

    /// <summary>No byte has come for as long as a read may wait.</summary>
    public ConnectionException ReadTimedOut(TimeSpan limit) =>
        new(ConnectionError.TimedOut, $"No byte came from {Peer} within {nameof(ReadTimeout)}, {limit}. The connection goes on.", RemoteEndPoint);

    /// <summary>The peer's end was seen.</summary>
    public void OnPeerEnded(bool everythingRead)
    {
        _peerClosed.Fire();
        if (everythingRead)
            OnEndRead();
    }

    /// <summary>The reader has seen the peer's end: the output follows, where that was asked for. The reader may hold its lock.</summary>
    public void OnEndRead() =>
        Run(new Later(this, static connection => connection.AfterEndRead()));

    public void OnInputCompleted(Exception? exception)
    {
        if (exception is not null)
            Abort(exception);
        else
            CloseIfBothEnded();
    }

    public void OnOutputFinished() => CloseIfBothEnded();

    /// <summary>The kernel reported an error: the peer reset, a time limit of the system passed, or our own close was raced.</summary>
    public void OnFailed(SocketError error)
    {
        if (!Decide(new CloseReason(error.ToConnectionError(), new SocketException((int)error))))
            return;
        // The stream stays open until the reader has what was received before, or the connection is disposed.
        Run(new Later(this, static connection => connection._output.Stop(connection.Failure)));
        Ended();
    }

    /// <summary>What a call says that this side's own close has overtaken.</summary>
    public ConnectionException ClosedHere() => Failed(ConnectionError.Closed, null);

    /// <summary>Sends the rest and FIN with nobody waiting: bounded, then an abort.</summary>
    public void FinishInBackground()
    {
        if (!Interlocked.Exchange(ref _finishing, true))
            _ = BoundedFinishAsync();
    }

    private async Task BoundedFinishAsync()
    {
        try
        {
            await _output.FinishAsync().WaitAsync(_options.CloseTimeout, _options.TimeProvider).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            AbortTimedOut();
        }
        catch (ConnectionException)
        {
            // The reason is in CloseReason already, and nobody waits here.
        }
    }

    private void FollowLifetime()
    {
        if (!_options.Lifetime.CanBeCanceled)
            return;
        _lifetime = _options.Lifetime.UnsafeRegister(static (connection, token) => ((StreamConnection)connection!).Abort(new OperationCanceledException(token)), this);
        // It may have ended while it was registered.
        if (CloseReason is not null)
            _lifetime.Unregister();
    }

    private void AfterEndRead()
    {
        if (!_options.AllowHalfOpen)
            FinishInBackground();
        CloseIfBothEnded();
    }

    private void CloseIfBothEnded()
    {
        if (!_output.IsFinished || CloseReason is not null)
            return;
        if (_input.IsEnded && !_input.IsUnreadable)
        {
            // What was received stays readable; only the descriptor goes.
            var first = Decide(CloseReason.Clean);
            Release(reset: false);
            if (first)
                Ended();
        }
        else if (_input.IsCompleted || _input.IsUnreadable)
        {
            _ = CloseOnceAsync();
        }
    }

    private void AbortTimedOut() =>
        AbortFor(new CloseReason(ConnectionError.TimedOut, new TimeoutException($"The close took longer than {_options.CloseTimeout}.")));

    private void AbortFor(CloseReason reason)
    {
        var first = Decide(reason);
        StopPipes();
        Release(reset: true);
        if (first)
            Ended();
    }

    private bool Decide(CloseReason reason) => Interlocked.CompareExchange(ref _reason, reason, null) is null;

    private void StopPipes()
    {
        _output.Stop(Failure);
        _input.Stop(Failure ?? ClosedHere());
    }

    private void Ended()
    {
        _lifetime.Unregister();
        NoteEnded();
        ConnectionTelemetry.CountEnd(CloseReason?.Error);
        _peerClosed.Fire();
        _closed.Fire();
        _owner?.OnClosed(this);
    }

    private void Release(bool reset)
    {
        if (Interlocked.Exchange(ref _released, true))
            return;
        if (reset)
            _stream.Reset();
        else
            _stream.Close();
    }

    private ConnectionException Failed(ConnectionError error, Exception? cause) => new(error, error switch
    {
        ConnectionError.Reset => $"The peer {Peer} reset the connection.",
        ConnectionError.Aborted => $"The connection to {Peer} was aborted from this side{(cause is null ? "" : ": " + cause.Message.TrimEnd('.'))}.",
        ConnectionError.Closed => $"The connection to {Peer} was closed from this side.",
        ConnectionError.TimedOut => $"The connection to {Peer} timed out.",
        _ => $"The connection to {Peer} failed: {cause?.Message.TrimEnd('.')}.",
    }, RemoteEndPoint, cause);

    private string Peer => RemoteEndPoint is { } remote ? NetEndPoint.Format(remote) : $"#{Id}";

    /// <summary>What must not run on the stack of whoever noticed, who may hold a lock.</summary>
    private sealed class Later(StreamConnection connection, Action<StreamConnection> call) : IThreadPoolWorkItem
    {
        public void Execute() => call(connection);
    }
}
