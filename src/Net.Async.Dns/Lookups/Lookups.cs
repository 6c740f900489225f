using System.Net.Sockets;

namespace Net.Async;

/// <summary>The answers kept and the questions on their way: equal questions share both.</summary>
/// <param name="options">The limits.</param>
internal sealed class Lookups(DnsStubResolverOptions options) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly NameServers _servers = new(options);
    private readonly AnswerCache _cache = new(options.Cache.Limit, options.TimeProvider);
    private readonly Dictionary<Question, SharedQuery> _shared = [];
    private readonly HashSet<SharedQuery> _running = [];
    private bool _isDisposed;

    /// <summary>The servers in the order in which one look-up asks them.</summary>
    public ServerList Order(ServerList list) => _servers.Order(list);

    /// <summary>The answers to the parts of a question, kept or new.</summary>
    /// <exception cref="OperationCanceledException">With the caller's token, at once.</exception>
    /// <exception cref="ObjectDisposedException">The resolver is disposed, or was meanwhile.</exception>
    public async ValueTask<IReadOnlyList<Answer>> AskAsync(Question question, ServerList servers, CancellationToken cancellationToken)
    {
        SharedQuery? query;
        var isNew = false;
        Answer?[] kept;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, typeof(DnsStubResolver));
            kept = [.. question.Parts.Select(_cache.Find)];
            // Of two, only the one that is not kept is asked.
            if (Missing(question, kept) is not { } missing)
                return kept!;
            question = missing;
            if (!_shared.TryGetValue(question, out query) || !query.TryJoin())
            {
                isNew = true;
                _shared[question] = query = new SharedQuery(options);
                _running.Add(query);
            }
        }

        // Ends with the query, which every caller and the disposal wait for.
        if (isNew)
            _ = RunAsync(question, query, servers);
        try
        {
            var answers = await query.Outcome.WaitAsync(cancellationToken).ConfigureAwait(false) ?? throw new ObjectDisposedException(typeof(DnsStubResolver).FullName);
            var next = 0;
            return [.. kept.Select(answer => answer ?? answers[next++])];
        }
        finally
        {
            query.Leave();
        }
    }

    /// <summary>An answer that is still on its way is returned to its callers, and not kept.</summary>
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
        await _servers.DisposeAsync().ConfigureAwait(false);
    }

    private static Question? Missing(Question question, Answer?[] kept) => kept switch
    {
        [not null] or [not null, not null] => null,
        [not null, null] => question with { Family = AddressFamily.InterNetworkV6 },
        [null, not null] => question with { Family = AddressFamily.InterNetwork },
        _ => question,
    };

    private async Task RunAsync(Question question, SharedQuery query, ServerList servers)
    {
        var answers = await query.RunAsync(_servers, question, servers).ConfigureAwait(false);
        lock (_lock)
        {
            _running.Remove(query);
            // One that was abandoned or is out of date may have been replaced meanwhile.
            if (_shared.TryGetValue(question, out var shared) && shared == query)
            {
                _shared.Remove(question);
                foreach (var (part, answer) in question.Parts.Zip(answers ?? []))
                    _cache.Keep(part, Lasting(answer));
            }
        }

        query.Finish(answers);
    }

    // RFC 9520, 3.2: a failure too is kept for a second at least, so that a name that cannot be resolved is not asked for without a pause.
    private Answer Lasting(Answer answer) => answer.CouldNotTell ? answer with { TimeToLive = options.Cache.FailureTtl } : answer;
}
