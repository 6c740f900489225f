using System.Net;
using System.Net.Sockets;

namespace Net.Async.Namespaces;

/// <summary>Answers of a name server that means harm: each time the next list, the last one again and again.</summary>
internal sealed class GuardNames(params IPAddress[][] answers) : Resolver
{
    private readonly Dictionary<AddressFamily, int> _asked = [];

    /// <summary>The prefix that <c>ipv4only.arpa</c> shows; null for none.</summary>
    public IPNetwork? Translator { get; init; }

    public override ValueTask<ResolveResult> ResolveAsync(ResolveQuery query, CancellationToken cancellationToken = default)
    {
        var family = query.Family;
        if (query.Host == "ipv4only.arpa")
            return new(Translator is { } prefix && family == AddressFamily.InterNetworkV6 ? new ResolveResult([Embedding.Of(prefix, IPAddress.Parse("192.0.0.170"))]) : ResolveResult.Empty);
        lock (_asked)
        {
            var round = _asked.GetValueOrDefault(family);
            _asked[family] = round + 1;
            IPAddress[] answer = answers.Length == 0 ? [] : answers[Math.Min(round, answers.Length - 1)];
            return new(new ResolveResult(answer.Where(address => family == AddressFamily.Unspecified || address.AddressFamily == family)));
        }
    }
}
