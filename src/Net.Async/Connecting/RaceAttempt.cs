using System.Net;

namespace Net.Async;

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

    /// <summary>The connected stream; null before, and when it failed.</summary>
    public IoStream? Stream { get; private set; }

    /// <summary>Completes, never badly, when nothing of it is open any more, unless it has won.</summary>
    public Task Ended => _ended.Task;

    public void Cancel() => _cancel.Cancel();

    public async Task ConnectAsync(IoSettings settings)
    {
        try
        {
            Stream = await IoEngine.Default.ConnectAsync(endPoint, settings, _cancel.Token).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            _error = exception;
        }

        _duration = journal.Now - _started;
        // Before the race hears of it, and starts the next.
        if (_error is not null)
            TellEnd();
    }

    /// <summary>The race has decided: closes what did not win, in order, so that the peer sees an end and no reset.</summary>
    public void Finish(bool won)
    {
        if (!won && Stream is not null)
        {
            Stream.Close();
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
