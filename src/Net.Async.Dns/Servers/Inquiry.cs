using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>One question on its way through the servers: what each has said to each of its parts.</summary>
/// <param name="parts">A, AAAA, or both.</param>
/// <param name="list">The servers.</param>
internal sealed class Inquiry(IReadOnlyList<Question> parts, ServerList list)
{
    private readonly Answer?[] _final = new Answer?[parts.Count];
    private readonly Dictionary<IPEndPoint, Failure>[] _failures = [.. parts.Select(static _ => new Dictionary<IPEndPoint, Failure>())];
    private readonly FailureKind[] _last = new FailureKind[parts.Count];

    public IReadOnlyList<Question> Parts => parts;

    public ServerList List => list;

    /// <summary>Nothing more needs to be asked: each part has its final answer, or one has and the other was answered too, with a failure. Then getaddrinfo takes what there is.</summary>
    public bool IsOver => Array.TrueForAll(_final, static answer => answer is not null)
        || (Array.Exists(_final, static answer => answer is { Failure: null })
            && Enumerable.Range(0, parts.Count).All(part => _final[part] is not null || _last[part] is FailureKind.ServerFailure or FailureKind.NoAnswer));

    /// <summary>No server was there at all.</summary>
    public bool IsUnreachable => Enumerable.Range(0, parts.Count).All(part => _final[part] is null && _failures[part].Values.All(static failure => failure.Kind == FailureKind.Unreachable));

    /// <summary>What has come of each part.</summary>
    public IReadOnlyList<Answer> Answers => [.. Enumerable.Range(0, parts.Count).Select(part => _final[part] ?? Together(_failures[part]))];

    /// <summary>The parts without a final answer.</summary>
    public IReadOnlyList<int> Open() => [.. Enumerable.Range(0, parts.Count).Where(part => _final[part] is null)];

    public bool HasFailed(int part) => _final[part] is null;

    /// <summary>Both parts may be noted at once, each by one server at a time.</summary>
    public void Note(IPEndPoint server, int part, Answer answer)
    {
        if (answer.IsFinal)
        {
            _final[part] = answer;
            return;
        }

        _failures[part][server] = answer.Failure!;
        _last[part] = answer.Failure!.Kind;
    }

    // Each server with what it said last. A time limit only when all were silent: one that answered knows of the name, and could not tell.
    private Answer Together(Dictionary<IPEndPoint, Failure> failures)
    {
        var all = list.Servers.Distinct().Where(failures.ContainsKey).Select(server => failures[server]).ToArray();
        if (all.Length == 0)
            return Answer.Failed(new Failure(ConnectionError.LookupFailed, "no query may be sent (attempts:0)", SocketError.TryAgain) { Kind = FailureKind.Unreachable });
        return Answer.Failed(new Failure(
            Array.TrueForAll(all, static failure => failure.Error == ConnectionError.TimedOut) ? ConnectionError.TimedOut : ConnectionError.LookupFailed,
            string.Join(", ", all.Select(static failure => failure.Why)),
            Array.Exists(all, static failure => failure.Says == SocketError.TryAgain) ? SocketError.TryAgain : SocketError.NoRecovery)
        {
            Detail = all.Select(static failure => failure.Detail).FirstOrDefault(static detail => detail is not null),
            Kind = all.Select(static failure => failure.Kind).Aggregate(static (one, other) => Weight(one) < Weight(other) ? one : other),
        });
    }

    // What the search for a name goes by: SERVFAIL of any server before all, and "not reached" only when it is true of each.
    private static int Weight(FailureKind kind) => kind switch { FailureKind.ServerFailure => 0, FailureKind.NoAnswer => 1, FailureKind.Silent => 2, _ => 3 };
}
