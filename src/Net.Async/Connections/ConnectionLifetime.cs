using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>The life of one connection: why it ended, its tokens, the errors that calls throw, and the one close of its transport. All that a pipe knows of its connection.</summary>
/// <remarks>The first reason is the reason. It is decided before the transport is touched, so that a failure which follows from a close never replaces it.</remarks>
internal sealed class ConnectionLifetime(TransportStream stream, ConnectionOptions options, IConnectionEvents events)
{
    private LazyToken _closed;
    private LazyToken _peerClosed;
    private CloseReason? _reason;
    private object? _registration; // of the token of the options: a boxed CancellationTokenRegistration
    private int _released;
    private int _announced;

    /// <summary>Why the connection ended; null while it is open.</summary>
    public CloseReason? Reason => Volatile.Read(ref _reason);

    /// <summary>Fires when the connection has ended.</summary>
    public CancellationToken Closed => _closed.Token;

    /// <summary>Fires when nothing more comes from the peer.</summary>
    public CancellationToken PeerClosed => _peerClosed.Token;

    public ConnectionOptions Options => options;

    public TransportStream Stream => stream;

    public EndPoint? RemoteEndPoint => stream.RemoteEndPoint;

    /// <summary>What calls throw once nothing is left to deliver; null while the connection is open or has ended in an orderly way.</summary>
    public Exception? Failure => Reason is { Error: { } error } reason ? Failed(error, reason.Exception) : null;

    /// <summary>Whether nothing stands against an orderly close: the connection is open, or a limit has decided to close it so.</summary>
    public bool MayCloseOrderly => Reason is null or { Exception: LimitReachedException { ClosesOrderly: true } };

    /// <summary>The peer, for messages.</summary>
    public string Peer => RemoteEndPoint is { } remote ? NetEndPoint.Format(remote) : $"#{events.Id}";

    /// <summary>Follows the token of the options: it aborts the connection.</summary>
    public void Follow()
    {
        if (!options.AbortToken.CanBeCanceled)
            return;
        _registration = options.AbortToken.UnsafeRegister(static (lifetime, token) => ((ConnectionLifetime)lifetime!).Abort(new OperationCanceledException(token)), this);
        // It may have ended while it was registered.
        if (Reason is not null)
            Unregister();
    }

    public void OnReceived(int count)
    {
        events.OnActivity();
        ConnectionTelemetry.Received.Count(count);
    }

    public void OnSent(int count)
    {
        events.OnActivity();
        ConnectionTelemetry.Sent.Count(count);
    }

    /// <summary>The peer's end was noticed.</summary>
    public void OnPeerEnded() => _peerClosed.Cancel();

    /// <summary>The reader has seen the peer's end.</summary>
    public void OnEndRead() => events.OnEndRead();

    /// <summary>The reader was completed, or the output has finished.</summary>
    public void OnDirectionEnded() => events.OnDirectionEnded();

    /// <summary>The transport reported an error: the peer reset, a time limit of the system passed, or this side's close was raced.</summary>
    /// <remarks>The transport stays open until the reader has what was received before, or the connection is disposed.</remarks>
    public void Fail(SocketError error)
    {
        var failure = stream.Failure;
        // What the transport is made of says more than a number of the system.
        var kind = failure is ConnectionException { Error: ConnectionError.Truncated or ConnectionError.InvalidData } told ? told.Error : error.ToConnectionError();
        if (!TryDecide(new CloseReason { Error = kind, Exception = failure ?? new SocketException((int)error) }))
            return;
        events.StopSending();
        Announce();
    }

    public void Abort(Exception? reason) => Abort(new CloseReason { Error = ConnectionError.Aborted, Exception = reason });

    /// <summary>The orderly end took longer than it may.</summary>
    public void AbortTimedOut() =>
        Abort(new CloseReason { Error = ConnectionError.TimedOut, Exception = new TimeoutException($"The close took longer than {options.Close.Timeout}.") });

    /// <summary>The outbox has no room for a message that must not be lost.</summary>
    public void AbortOverflowing(string problem) => Abort(new CloseReason { Error = ConnectionError.ResourceShortage, Exception = new IOException(problem) });

    /// <summary>A limit is about to end the connection: the reason is known from here on, and the end has to follow.</summary>
    /// <returns>False when it has ended by then; nothing happens.</returns>
    public bool TryReach(LimitReachedException cause)
    {
        if (!TryDecide(new CloseReason { Error = cause.Error, Exception = cause }))
            return false;
        ConnectionTelemetry.CountLimit(cause.Limit);
        NetAsyncEventSource.Log.LimitReached(Peer, cause.Limit.ToString(), cause.Message);
        TellOwner(cause.Limit);
        return true;
    }

    /// <summary>What was written does not fit into the budget of all connections: aborts this one.</summary>
    /// <returns>What the write throws.</returns>
    public Exception EndOverBudget()
    {
        if (TryReach(LimitReachedException.Of(options.OutputBudget!)))
            AbortReached();
        return Failure ?? ClosedHere();
    }

    /// <summary>Aborts a connection whose reason is known.</summary>
    public void AbortReached() => Abort(Reason!);

    /// <summary>Ends both pipes, closes the transport without a reset, and announces the end.</summary>
    public void EndOrderly() => End(CloseReason.Clean, stopsPipes: true, static stream => stream.Close());

    /// <summary>Both directions have ended: only the transport goes, and what was received stays readable.</summary>
    public void EndKeepingInput() => End(CloseReason.Clean, stopsPipes: false, static stream => stream.Close());

    /// <summary>The transport has a new owner: both pipes end in order, and the peer sees nothing of it.</summary>
    /// <param name="handOver">Called when the transport was not closed by then.</param>
    public void EndByTransfer(Action<TransportStream> handOver) => End(CloseReason.Clean, stopsPipes: true, handOver);

    /// <summary>What a call throws that this side's own close has overtaken.</summary>
    public ConnectionException ClosedHere() => Reason is { Exception: LimitReachedException cause } ? Failed(cause.Error, cause) : Failed(ConnectionError.Closed, null);

    /// <summary>A failure as the pipes' calls throw it.</summary>
    [return: NotNullIfNotNull(nameof(failure))]
    public Exception? Shown(Exception? failure)
    {
        if (options.Close.MapException is not { } map || failure is not ConnectionException exception)
            return failure;
        try
        {
            return map(exception) ?? failure;
        }
        catch (Exception thrown)
        {
            NetAsyncEventSource.Log.CallbackFailed(thrown.ToString());
            return failure;
        }
    }

    /// <summary>No byte has come for as long as a read may wait.</summary>
    public ConnectionException ReadTimedOut(TimeSpan limit) =>
        new(ConnectionError.TimedOut, $"No byte came from {Peer} within {nameof(ConnectionOptions.ReadTimeout)}, {limit}. The connection stays open.", RemoteEndPoint);

    private void Abort(CloseReason reason) => End(reason, stopsPipes: true, static stream => stream.Reset());

    private void End(CloseReason reason, bool stopsPipes, Action<TransportStream> release)
    {
        TryDecide(reason);
        // Before the pipes end: what that wakes must not reset a transport that is given away.
        var releases = Interlocked.Exchange(ref _released, 1) == 0;
        if (stopsPipes)
            events.StopPipes();
        if (releases)
            release(stream);
        Announce();
    }

    private bool TryDecide(CloseReason reason) => Interlocked.CompareExchange(ref _reason, reason, null) is null;

    // Once: a limit decides the reason before it ends the connection in order, which others may overtake.
    private void Announce()
    {
        if (Interlocked.Exchange(ref _announced, 1) != 0)
            return;
        Unregister();
        events.OnEnded();
        ConnectionTelemetry.CountEnd(Reason?.Error);
        _peerClosed.Cancel();
        _closed.Cancel();
        events.NotifyOwner();
    }

    private void TellOwner(ConnectionLimitKind limit)
    {
        try
        {
            events.OnLimitReached(limit);
        }
        catch (Exception exception)
        {
            // The end has to follow all the same.
            NetAsyncEventSource.Log.CallbackFailed(exception.ToString());
        }
    }

    private void Unregister() => (_registration as CancellationTokenRegistration?)?.Unregister();

    private ConnectionException Failed(ConnectionError error, Exception? cause) => new(error, error switch
    {
        ConnectionError.Reset => $"The peer {Peer} reset the connection.",
        ConnectionError.Aborted => $"The connection to {Peer} was aborted from this side{(cause is null ? "" : ": " + cause.Message.TrimEnd('.'))}.",
        ConnectionError.Closed => $"The connection to {Peer} was closed from this side.",
        _ when cause is LimitReachedException => $"The connection to {Peer} was ended by a limit: {cause.Message}.",
        ConnectionError.TimedOut => $"The connection to {Peer} timed out.",
        _ => $"The connection to {Peer} failed: {cause?.Message.TrimEnd('.')}.",
    }, RemoteEndPoint, cause);
}
