namespace Net.Async;

/// <summary>The answers kept and the questions on their way: equal questions share both.</summary>
/// <param name="options">The limits.</param>
internal sealed class Lookups(DnsResolverOptions options) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly NameServers _servers = new(options);
    private readonly AnswerCache _cache = new(options.CacheLimit, options.TimeProvider);
    private readonly Dictionary<Question, SharedQuery> _shared = [];
    private readonly HashSet<SharedQuery> _running = [];
    private bool _isDisposed;

    /// <summary>The answer, kept or new.</summary>
    /// <exception cref="OperationCanceledException">With the caller's token, at once.</exception>
    /// <exception cref="ObjectDisposedException">The resolver is disposed, or was meanwhile.</exception>
    public async ValueTask<Answer> AskAsync(Question question, CancellationToken cancellationToken)
    {
        SharedQuery? query;
        var isNew = false;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, typeof(DnsResolver));
            if (_cache.Find(question) is { } kept)
                return kept;
            if (!_shared.TryGetValue(question, out query) || !query.TryJoin())
            {
                isNew = true;
                _shared[question] = query = new SharedQuery(options);
                _running.Add(query);
            }
        }

        // Ends with the query, which every caller and the disposal wait for.
        if (isNew)
            _ = RunAsync(question, query);
        try
        {
            return await query.Outcome.WaitAsync(cancellationToken).ConfigureAwait(false) ?? throw new ObjectDisposedException(typeof(DnsResolver).FullName);
        }
        finally
        {
            query.Leave();
        }
    }

    /// <summary>An answer still on its way is told to who waits for it, and not kept.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _cache.Clear();
            _shared.Clear();
        }
    }

    /// <summary>Ends every query, and waits until its socket is closed.</summary>
    public async ValueTask DisposeAsync()
    {
        SharedQuery[] running;
        lock (_lock)
        {
            _isDisposed = true;
            running = [.. _running];
            _cache.Clear();
            _shared.Clear();
        }

        foreach (var query in running)
            query.End();
        await Task.WhenAll(running.Select(static query => query.Outcome)).ConfigureAwait(false);
        _servers.Dispose();
    }

    private async Task RunAsync(Question question, SharedQuery query)
    {
        var answer = await query.RunAsync(_servers, question).ConfigureAwait(false);
        lock (_lock)
        {
            _running.Remove(query);
            // One that was abandoned or is out of date may have been replaced meanwhile.
            if (_shared.TryGetValue(question, out var shared) && shared == query)
            {
                _shared.Remove(question);
                if (answer is not null)
                    _cache.Keep(question, answer);
            }
        }

        query.Finish(answer);
    }
}
