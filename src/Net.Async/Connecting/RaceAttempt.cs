using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>What has to succeed on a connection beside the connecting, for the attempt to win.</summary>
internal delegate ValueTask<object?> Establish(Connection connection, CancellationToken cancellationToken);

/// <summary>One attempt to one end point: its stream while it connects, and what became of it.</summary>
/// <param name="number">Which one of its race, from 0.</param>
/// <param name="endPoint">What is connected to.</param>
/// <param name="behind">The IPv4 end point that a translator's address stands for; else null.</param>
/// <param name="journal">The clock, and who is told.</param>
internal sealed class RaceAttempt(int number, EndPoint endPoint, EndPoint? behind, RaceJournal journal)
{
    private readonly CancellationTokenSource _cancel = Unwatched.NewSource();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TimeSpan _started = journal.Now;
    private Activity? _activity;
    private ConnectAttempt? _told;
    private bool _failedAtOnce;
    private Connection? _connection;
    private object? _result;
    private bool _over;

    public int Number => number;

    public EndPoint EndPoint => endPoint;

    /// <summary>The family of the host's address, which a translator's may stand for.</summary>
    public AddressFamily Family => (behind ?? endPoint).AddressFamily;

    /// <summary>What it connected; the winner's is the caller's, every other one is closed.</summary>
    public TransportStream? Stream { get; private set; }

    /// <summary>What was established on it.</summary>
    public object? Result => _result;

    /// <summary>Why it did not connect, in words for callers: they name neither a denied address nor a rule.</summary>
    public Exception? Error => _told?.Error;

    public ConnectOutcome Outcome => _told?.Outcome ?? ConnectOutcome.NotTried;

    /// <summary>It failed before anything left this machine: connect(2) said so itself, instead of a packet that came back.</summary>
    public bool SentNothing => Outcome == ConnectOutcome.Failed && Handshake is null && (Error as ConnectionException)?.Error switch
    {
        ConnectionError.AddressNotAvailable or ConnectionError.AddressFamilyNotSupported or ConnectionError.ResourceShortage => true,
        // On the loopback an answer may be there at once.
        ConnectionError.Refused or ConnectionError.Reset or ConnectionError.TimedOut => false,
        _ => _failedAtOnce,
    };

    public TimeSpan Duration => _told?.Duration ?? TimeSpan.Zero;

    /// <summary>How long the handshake took; null when there was none.</summary>
    public TimeSpan? Handshake { get; private set; }

    /// <summary>Completes, never badly, when nothing of it is open any more, unless it has won.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Ends it for another's sake, or for the caller's. One that establishes is aborted at once: whoever does that may not look at the token.</summary>
    public void Cancel()
    {
        _cancel.CancelUnwatched();
        if (_connection is not null)
            End(new OperationCanceledException("Another attempt was faster, or the connect was ended."), ConnectOutcome.NoAnswer);
    }

    /// <summary>Connects, then establishes. Never throws; what went wrong is the attempt's end.</summary>
    /// <param name="options">How to connect.</param>
    /// <param name="gate">Judges what is connected.</param>
    /// <param name="reason">Why it starts now.</param>
    /// <param name="establish">What else has to succeed, on a connection made of the stream; null when connecting is all.</param>
    public async Task ConnectAsync(HappyEyeballsOptions options, PolicyGate gate, RaceReason reason, Func<TransportStream, RaceAttempt, CancellationToken, ValueTask>? establish)
    {
        try
        {
            journal.Started(endPoint, reason);
            _activity = journal.ActivityOf(endPoint);
            Stream = await DialAsync(options, gate).ConfigureAwait(false);
            Handshake = journal.Now - _started;
            gate.CheckConnected(endPoint, Stream.RemoteEndPoint);
            if (establish is not null)
                await establish(Stream, this, _cancel.Token).ConfigureAwait(false);
            // Established after the end: whoever waited has gone.
            if (Volatile.Read(ref _over))
                await DisposeResultAsync().ConfigureAwait(false);
        }
        catch (PolicyDenialException denial)
        {
            End(denial, ConnectOutcome.Denied);
        }
        catch (Exception exception)
        {
            // Told before the race hears of it, and starts the next.
            End(exception, exception is OperationCanceledException && _cancel.IsCancellationRequested ? ConnectOutcome.NoAnswer : ConnectOutcome.Failed);
        }
    }

    /// <summary>Runs what has to succeed beside the connecting.</summary>
    public async ValueTask EstablishAsync(Connection connection, Establish establish, CancellationToken cancellationToken)
    {
        // A full fence: who cancels either sees the connection, or is seen here.
        Interlocked.Exchange(ref _connection, connection);
        cancellationToken.ThrowIfCancellationRequested();
        _result = await establish(connection, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The race has decided: closes what did not win. A peer that was only connected to sees an end and no reset, unless it has sent something already.</summary>
    /// <returns>Whether it has won: a time limit or a cancel may have ended it first.</returns>
    public async ValueTask<bool> FinishAsync(bool won)
    {
        if (won && TryOver())
        {
            Tell(null, ConnectOutcome.Connected);
            return true;
        }

        End(new OperationCanceledException("Another attempt was faster."), ConnectOutcome.NoAnswer);
        await _ended.Task.ConfigureAwait(false);
        await DisposeResultAsync().ConfigureAwait(false);
        return false;
    }

    /// <summary>It has won, and nobody takes it.</summary>
    public ValueTask AbandonAsync()
    {
        Close(new OperationCanceledException("The caller has gone."));
        return DisposeResultAsync();
    }

    public ConnectAttempt ToConnectAttempt() => _told ?? Made(ConnectOutcome.NotTried, TimeSpan.Zero, null);

    private async ValueTask<TransportStream> DialAsync(HappyEyeballsOptions options, PolicyGate gate)
    {
        await gate.CheckBeforeDialAsync(endPoint, _cancel.Token).ConfigureAwait(false);
        using var held = gate.Hold(endPoint);
        var dialling = options.Connection.Engine.ConnectAsync(endPoint, options.ToSettings(endPoint) with { DialAs = PolicyGate.DialName(held) }, _cancel.Token);
        _failedAtOnce = dialling.IsFaulted;
        return await dialling.ConfigureAwait(false);
    }

    // The first end is the end: one that has won is not closed any more.
    private void End(Exception exception, ConnectOutcome outcome)
    {
        if (!TryOver())
            return;
        Close(exception);
        Tell(exception, outcome);
    }

    private bool TryOver() => !Interlocked.Exchange(ref _over, true);

    private void Tell(Exception? error, ConnectOutcome outcome)
    {
        var duration = journal.Now - _started;
        var shown = outcome switch
        {
            ConnectOutcome.Denied => new ConnectionException(ConnectionError.Denied, "The connection policy denies it.", endPoint),
            ConnectOutcome.NoAnswer => new ConnectionException(ConnectionError.TimedOut, FormattableString.Invariant($"No answer after {duration.TotalMilliseconds:0} ms."), endPoint),
            _ => Explained(error),
        };
        _told = Made(outcome, duration, shown);
        // Progress and telemetry have the rule, and what cancelled it.
        journal.Ended(endPoint, outcome, outcome == ConnectOutcome.Failed ? shown : error, _activity);
        _ended.TrySetResult();
    }

    private ConnectAttempt Made(ConnectOutcome outcome, TimeSpan duration, Exception? error) =>
        new(endPoint, outcome, _started, duration, error) { IsReached = Handshake is not null };

    // The kernel says EINVAL, which does not tell that the interface is missing.
    private Exception? Explained(Exception? error) =>
        error is ConnectionException { SocketError: SocketError.InvalidArgument } && endPoint is IPEndPoint { Address: { IsIPv6LinkLocal: true, ScopeId: 0 } address }
            ? new ConnectionException(ConnectionError.Unknown, HostEndPoint.NeedsInterface(address), endPoint, error.InnerException)
            : error;

    private void Close(Exception exception)
    {
        if (_connection is not null)
            _connection.Abort(exception);
        else
            Stream?.Close();
    }

    // What was established on a connection that lost, a TLS session for example, is nobody's any more.
    private async ValueTask DisposeResultAsync()
    {
        try
        {
            var result = Interlocked.Exchange(ref _result, null);
            if (result is IAsyncDisposable later)
                await later.DisposeAsync().ConfigureAwait(false);
            else
                (result as IDisposable)?.Dispose();
        }
        catch (Exception exception)
        {
            // It goes down with its connection in any case.
            NetAsyncEventSource.Log.CallbackFailed(exception.ToString());
        }
    }
}
