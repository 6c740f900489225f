using System.Net.Sockets;

namespace Net.Async;

/// <summary>A question on its way, and how many wait for its answer. Without any it lingers, then ends.</summary>
/// <param name="options">How long it lingers, and the clock.</param>
internal sealed class SharedQuery(DnsStubResolverOptions options) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _end = new();
    private readonly TaskCompletionSource<IReadOnlyList<Answer>?> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ITimer? _lingering;
    private int _callers = 1;
    private bool _isClosed;

    /// <summary>Never fails; null when the query was ended before its answer.</summary>
    public Task<IReadOnlyList<Answer>?> Outcome => _outcome.Task;

    /// <summary>One more waits; false when it is too late for that.</summary>
    public bool TryJoin()
    {
        lock (_lock)
        {
            if (_isClosed)
                return false;
            _callers++;
            _lingering?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            return true;
        }
    }

    /// <summary>One waits no more. The last one starts the time that is left.</summary>
    public void Leave()
    {
        lock (_lock)
        {
            if (--_callers > 0 || _isClosed)
                return;
            if (options.Cache.Linger > TimeSpan.Zero)
            {
                _lingering ??= options.TimeProvider.CreateTimer(static query => ((SharedQuery)query!).EndAbandoned(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                _lingering.Change(options.Cache.Linger, Timeout.InfiniteTimeSpan);
                return;
            }
        }

        EndAbandoned();
    }

    /// <summary>Whether another query may be sent: not for callers who have gone. Then none can join any more either.</summary>
    public bool MayGoOn()
    {
        lock (_lock)
        {
            _isClosed |= _callers == 0;
            return !_isClosed;
        }
    }

    /// <summary>Ends it for every caller.</summary>
    public void End()
    {
        lock (_lock)
            _isClosed = true;
        Cancel();
    }

    /// <summary>Runs to the answers to the parts of the question; null when it was ended before. A fault is an answer too.</summary>
    public async Task<IReadOnlyList<Answer>?> RunAsync(NameServers servers, Question question, ServerList list)
    {
        try
        {
            return await servers.AskAsync(question, list, MayGoOn, _end.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            // It has no caller any more, or the resolver is disposed.
            return null;
        }
        catch (Exception exception)
        {
            var failed = Answer.Failed(new Failure(ConnectionError.LookupFailed, exception.Message.TrimEnd('.'), SocketError.TryAgain));
            return [.. question.Parts.Select(_ => failed)];
        }
    }

    /// <summary>Tells the answers, when they can be found elsewhere.</summary>
    public void Finish(IReadOnlyList<Answer>? answers)
    {
        Dispose();
        _outcome.TrySetResult(answers);
    }

    /// <summary>From here on no caller joins.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _isClosed = true;
            _lingering?.Dispose();
        }

        _end.Dispose();
    }

    private void EndAbandoned()
    {
        if (!MayGoOn())
            Cancel();
    }

    private void Cancel()
    {
        try
        {
            _end.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has finished in the same moment.
        }
    }
}
