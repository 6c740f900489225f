using System.Net;

namespace Net.Async;

/// <summary>Asks one name server after the other until one can tell; rounds through all of them, as many as there are attempts.</summary>
/// <param name="options">How many at a time, and what is remembered of servers.</param>
internal sealed class NameServers(DnsStubResolverOptions options) : IAsyncDisposable
{
    private readonly SemaphoreSlim _room = new(options.MaxConcurrentQueries);
    private readonly ServerMemory _memory = new(options);
    private readonly CancellationTokenSource _end = new();
    private readonly Lock _lock = new();
    private readonly HashSet<Task> _probes = [];
    private bool _isDisposed;
    private int _rotation = Random.Shared.Next(1 << 20);

    /// <summary>The list for one look-up: where it starts, and those that are down last. All its names are asked in this order, as the system's resolver does.</summary>
    public ServerList Order(ServerList list)
    {
        var turned = list.Rotate ? list.From((Interlocked.Increment(ref _rotation) & int.MaxValue) % list.Servers.Count) : list;
        return turned with { Servers = _memory.Order(turned.Servers) };
    }

    /// <summary>The first final answer to each part of the question, or all failures in one; null when it is not wanted any more.</summary>
    /// <param name="question">What is asked.</param>
    /// <param name="list">Whom, and how.</param>
    /// <param name="mayGoOn">Asked before every query that is sent.</param>
    /// <param name="cancellationToken">Ends the query on its way too.</param>
    public async Task<IReadOnlyList<Answer>?> AskAsync(Question question, ServerList list, Func<bool> mayGoOn, CancellationToken cancellationToken)
    {
        Probe(question, list);
        var inquiry = new Inquiry(question.Parts, list);
        for (var attempt = 0; attempt < list.Attempts; attempt++)
        {
            var started = options.TimeProvider.GetTimestamp();
            foreach (var server in list.Servers)
            {
                if (!await AskAsync(server, inquiry, mayGoOn, cancellationToken).ConfigureAwait(false))
                    return null;
                if (inquiry.IsOver)
                    return inquiry.Answers;
            }

            // Where nothing is reached, nothing has changed a moment later.
            if (inquiry.IsUnreachable || list.UseTcp || attempt + 1 == list.Attempts)
                break;
            await BackOffAsync(attempt, started, cancellationToken).ConfigureAwait(false);
        }

        return inquiry.Answers;
    }

    public async ValueTask DisposeAsync()
    {
        Task[] probes;
        lock (_lock)
        {
            if (_isDisposed)
                return;
            _isDisposed = true;
            probes = [.. _probes];
        }

        await _end.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(probes).ConfigureAwait(false);
        _end.Dispose();
        _room.Dispose();
    }

    // Both parts at once and the first one first on the wire, as getaddrinfo does; false when they are not wanted any more.
    private async Task<bool> AskAsync(IPEndPoint server, Inquiry inquiry, Func<bool> mayGoOn, CancellationToken cancellationToken)
    {
        var asking = new List<Task<bool>>(2);
        foreach (var part in inquiry.Open())
        {
            var exchange = new Exchange(server, inquiry.List, options, _memory, mayGoOn);
            asking.Add(AskPartAsync(exchange, server, inquiry, part, cancellationToken));
            await (inquiry.List.SingleRequest ? asking[^1] : exchange.Sent).ConfigureAwait(false);
            if (inquiry.List.SingleRequest && inquiry.HasFailed(part))
                break;
        }

        return (await Task.WhenAll(asking).ConfigureAwait(false)).All(static goesOn => goesOn);
    }

    private async Task<bool> AskPartAsync(Exchange exchange, IPEndPoint server, Inquiry inquiry, int part, CancellationToken cancellationToken)
    {
        Answer? answer = null;
        try
        {
            await _room.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                answer = await exchange.AskAsync(inquiry.Parts[part], cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                _room.Release();
            }
        }
        finally
        {
            exchange.End();
        }

        if (answer is not null)
            inquiry.Note(server, part, answer);
        return answer is not null;
    }

    // What a silent round has cost counts as the wait.
    private async Task BackOffAsync(int attempt, long started, CancellationToken cancellationToken)
    {
        var wait = (options.Failover.AttemptDelay * (1 << attempt)) - options.TimeProvider.GetElapsedTime(started);
        if (wait > TimeSpan.Zero)
            await Task.Delay(wait, options.TimeProvider, cancellationToken).ConfigureAwait(false);
    }

    // A server that is down is asked beside the others, so that its return is noticed and no caller waits for it.
    private void Probe(Question question, ServerList list)
    {
        if (list.Servers.Count < 2 || !_room.Wait(0, CancellationToken.None))
            return;
        if (_memory.FindToProbe([.. list.Servers.Skip(1)]) is not { } server)
        {
            _room.Release();
            return;
        }

        lock (_lock)
        {
            var probing = ProbeAsync(server, question.Parts[0], list);
            _probes.RemoveWhere(static probe => probe.IsCompleted);
            _probes.Add(probing);
        }
    }

    private async Task ProbeAsync(IPEndPoint server, Question question, ServerList list)
    {
        try
        {
            await new Exchange(server, list, options, _memory, static () => true).AskAsync(question, _end.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The resolver is disposed.
        }
        finally
        {
            _memory.EndProbe(server);
            _room.Release();
        }
    }
}
