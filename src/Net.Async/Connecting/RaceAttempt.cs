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
    private TimeSpan _duration;
    private Exception? _error;
    private Connection? _connection;
    private object? _result;
    private bool _over;

    public int Number => number;

    public EndPoint EndPoint => endPoint;

    /// <summary>The family of the host's address, which a translator's may stand for.</summary>
    public AddressFamily Family => (behind ?? endPoint).AddressFamily;

    /// <summary>What it connected; the winner's is the caller's, every other one is closed.</summary>
    public IoStream? Stream { get; private set; }

    /// <summary>What was established on it.</summary>
    public object? Result => _result;

    public Exception? Error => _error;

    public TimeSpan Duration => _duration;

    /// <summary>How long the handshake took; null when there was none.</summary>
    public TimeSpan? Handshake { get; private set; }

    /// <summary>Completes, never badly, when nothing of it is open any more, unless it has won.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Ends it for another's sake, or for the caller's. One that establishes is aborted at once: whoever does that may not look at the token.</summary>
    public void Cancel()
    {
        _cancel.CancelUnwatched();
        if (_connection is not null)
            End(new OperationCanceledException("Another attempt was faster, or the connect was ended."));
    }

    /// <summary>Connects, then establishes. Never throws; what went wrong is the attempt's end.</summary>
    /// <param name="options">How to connect.</param>
    /// <param name="gate">Judges what is connected.</param>
    /// <param name="reason">Why it starts now.</param>
    /// <param name="establish">What else has to succeed, on a connection made of the stream; null when connecting is all.</param>
    public async Task ConnectAsync(HappyEyeballsOptions options, PolicyGate gate, RaceReason reason, Func<IoStream, RaceAttempt, CancellationToken, ValueTask>? establish)
    {
        try
        {
            journal.Started(endPoint, reason);
            _activity = journal.ActivityOf(endPoint);
            await gate.CheckBeforeDialAsync(endPoint, _cancel.Token).ConfigureAwait(false);
            using var held = gate.Hold(endPoint);
            Stream = await IoEngine.Default.ConnectAsync(endPoint, options.ToSettings(endPoint) with { DialAs = PolicyGate.DialName(held) }, _cancel.Token).ConfigureAwait(false);
            Handshake = journal.Now - _started;
            gate.CheckConnected(endPoint, Stream.RemoteEndPoint);
            if (establish is not null)
                await establish(Stream, this, _cancel.Token).ConfigureAwait(false);
            // Established after the end: whoever waited has gone.
            if (Volatile.Read(ref _over))
                await DisposeResultAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // Told before the race hears of it, and starts the next.
            End(exception);
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
            Tell(null);
            return true;
        }

        End(new OperationCanceledException("Another attempt was faster."));
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

    public ConnectAttempt ToConnectAttempt() => new(endPoint, _started, _duration, _error);

    // The first end is the end: one that has won is nobody's to close.
    private void End(Exception exception)
    {
        if (!TryOver())
            return;
        Close(exception);
        Tell(exception);
    }

    private bool TryOver() => !Interlocked.Exchange(ref _over, true);

    private void Tell(Exception? error)
    {
        (_duration, _error) = (journal.Now - _started, error);
        journal.Ended(endPoint, error, _activity);
        _ended.TrySetResult();
    }

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
