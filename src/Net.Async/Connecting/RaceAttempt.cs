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
    }

    /// <summary>Tells how it ended, and closes what did not win: in order, so that the peer sees an end and no reset.</summary>
    public void Finish(bool won)
    {
        if (!won)
        {
            Stream?.Close();
            var cancelled = Stream is not null || _error is OperationCanceledException;
            _error ??= new OperationCanceledException("Another attempt was faster.");
            journal.Tell(cancelled ? ConnectEventKind.AttemptCancelled : ConnectEventKind.AttemptFailed, endPoint, cancelled ? null : _error);
        }

        _ended.TrySetResult();
    }

    public void Dispose() => _cancel.Dispose();

    public ConnectAttempt ToConnectAttempt() => new(endPoint, _started, _duration, _error);
}
