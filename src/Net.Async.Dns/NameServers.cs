using System.Net;

namespace Net.Async;

/// <summary>Asks one name server after the other until one can tell; rounds through all of them, as many as there are attempts.</summary>
/// <param name="options">Whom, how often, how many at a time.</param>
internal sealed class NameServers(DnsResolverOptions options) : IDisposable
{
    private readonly SemaphoreSlim _room = new(options.MaxConcurrentQueries);

    /// <summary>The first answer that is final, or all failures in one; null when nobody wants it any more.</summary>
    /// <param name="question">What is asked.</param>
    /// <param name="mayGoOn">Asked before every query that is sent.</param>
    /// <param name="cancellationToken">Ends the query on its way too.</param>
    public async Task<Answer?> AskAsync(Question question, Func<bool> mayGoOn, CancellationToken cancellationToken)
    {
        var servers = options.NameServers.Count > 0 ? options.NameServers : SystemNameServers.Find();
        var failures = new Failure[servers.Count];
        for (var query = 0; query < servers.Count * options.Attempts; query++)
        {
            var server = query % servers.Count;
            if (await AskAsync(servers[server], question, mayGoOn, cancellationToken).ConfigureAwait(false) is not { } answer)
                return null;
            if (answer.IsFinal)
                return answer;
            failures[server] = answer.Failure!;
        }

        return Together(failures);
    }

    public void Dispose() => _room.Dispose();

    private async Task<Answer?> AskAsync(IPEndPoint server, Question question, Func<bool> mayGoOn, CancellationToken cancellationToken)
    {
        await _room.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await new Exchange(server, options, mayGoOn).AskAsync(question, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _room.Release();
        }
    }

    // Each server with what it said last. A time limit only when all were silent: one that answered knows of the name, and could not tell.
    private static Answer Together(Failure[] failures) => Answer.Failed(
        failures.All(static failure => failure.Error == ConnectionError.TimedOut) ? ConnectionError.TimedOut : ConnectionError.Unknown,
        string.Join(", ", failures.Select(static failure => failure.Why)),
        failures.FirstOrDefault(static failure => failure.Cause is not null)?.Cause);
}
