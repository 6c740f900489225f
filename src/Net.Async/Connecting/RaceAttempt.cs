using System.Net;

namespace Net.Async;

/// <summary>What has to succeed on a connection beside the connecting, for the attempt to win.</summary>
internal delegate ValueTask<object?> Establish(Connection connection, CancellationToken cancellationToken);

/// <summary>One attempt of a race: its socket while it connects, and what became of it.</summary>
internal sealed class RaceAttempt(int number, IPEndPoint endPoint, RaceJournal journal) : IDisposable
{
    private readonly CancellationTokenSource _cancel = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TimeSpan _started = journal.Now;
    private TimeSpan _duration;
    private Exception? _error;

    public int Number => number;

    public IPEndPoint EndPoint => endPoint;

    /// <summary>The connection; null before, and when it failed.</summary>
    public StreamConnection? Connection { get; private set; }

    /// <summary>What was established on it.</summary>
    public object? Result { get; private set; }

    /// <summary>It is connected, and whatever was to be established is.</summary>
    public bool IsEstablished => Connection is not null && _error is null;

    /// <summary>Completes, never badly, when nothing of it is open any more, unless it has won.</summary>
    public Task Ended => _ended.Task;

    public void Cancel() => _cancel.Cancel();

    /// <summary>Connects, then establishes. Never throws; what went wrong is the attempt's end.</summary>
    /// <param name="options">What the connection starts with.</param>
    /// <param name="attempts">What the connection will show, once the race is over.</param>
    /// <param name="establish">What else has to succeed; null when connecting is all.</param>
    /// <param name="onReached">Told when it is connected and goes on to establish.</param>
    public async Task ConnectAsync(ConnectionOptions options, IReadOnlyList<ConnectAttempt> attempts, Establish? establish, Action onReached)
    {
        try
        {
            var stream = await IoEngine.Default.ConnectAsync(endPoint, options.ToSettings(), _cancel.Token).ConfigureAwait(false);
            Connection = new StreamConnection(stream, options, attempts: attempts);
            Connection.Start();
            if (establish is not null)
            {
                onReached();
                Result = await establish(Connection, _cancel.Token).ConfigureAwait(false);
            }
        }
        catch (Exception exception)
        {
            _error = exception;
            Connection?.Abort(exception);
        }

        _duration = journal.Now - _started;
        // Before the race hears of it, and starts the next.
        if (_error is not null)
            TellEnd();
    }

    /// <summary>The race has decided: closes what did not win, in order, so that the peer sees an end and no reset.</summary>
    public async Task FinishAsync(bool won)
    {
        if (!won && IsEstablished)
        {
            await Connection!.DisposeAsync().ConfigureAwait(false);
            _error = new OperationCanceledException("Another attempt was faster.");
            TellEnd();
        }

        _ended.TrySetResult();
    }

    private void TellEnd()
    {
        var cancelled = _error is OperationCanceledException;
        journal.Tell(cancelled ? ConnectEventKind.AttemptCancelled : ConnectEventKind.AttemptFailed, endPoint, cancelled ? null : _error);
    }

    public void Dispose() => _cancel.Dispose();

    public ConnectAttempt ToConnectAttempt() => new(endPoint, _started, _duration, _error);
}
