using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>The order in which to try addresses: RFC 6724 section 6 across both families, then the families alternate (RFC 8305, 4).</summary>
internal static class DestinationOrder
{
    /// <summary>Sorts and interleaves.</summary>
    /// <param name="addresses">No duplicates, no mapped ones.</param>
    /// <param name="sourceOf">The address this machine would send from; null when it has none for that destination.</param>
    /// <param name="preferred">The family that goes first when the rules do not tell.</param>
    /// <param name="firstCount">How many of the first family before they alternate.</param>
    public static IReadOnlyList<IPAddress> Of(IReadOnlyList<IPAddress> addresses, Func<IPAddress, IPAddress?> sourceOf, AddressFamily preferred, int firstCount)
    {
        var sorted = addresses.Select(address => new Destination(address, sourceOf(address)))
            // Stable: what no rule tells apart stays in the resolver's order (rule 10).
            .Order(Comparer<Destination>.Create((a, b) => Compare(a, b, preferred)))
            .Select(destination => destination.Address).ToList();
        return Interleave(sorted, firstCount);
    }

    private static int Compare(Destination a, Destination b, AddressFamily preferred)
    {
        // Rules 3, 4 and 7 (deprecated, home and tunnelled addresses) need what the operating system does not tell managed code.
        return First(
            b.IsUsable.CompareTo(a.IsUsable),                          // rule 1
            b.MatchesScope.CompareTo(a.MatchesScope),                  // rule 2
            b.MatchesLabel.CompareTo(a.MatchesLabel),                  // rule 5
            Precedence(b, preferred).CompareTo(Precedence(a, preferred)), // rule 6
            a.Scope.CompareTo(b.Scope),                                // rule 8
            a.Address.AddressFamily == b.Address.AddressFamily ? b.CommonPrefix.CompareTo(a.CommonPrefix) : 0); // rule 9

        static int First(params ReadOnlySpan<int> results)
        {
            foreach (var result in results)
            {
                if (result != 0)
                    return result;
            }

            return 0;
        }
    }

    // Who prefers IPv4 lifts it above native IPv6, and above nothing that was below it anyway.
    private static int Precedence(Destination destination, AddressFamily preferred) =>
        preferred == AddressFamily.InterNetwork && destination.Address.AddressFamily == AddressFamily.InterNetwork && destination.Policy.Precedence == 35
            ? 45
            : destination.Policy.Precedence;

    private static List<IPAddress> Interleave(List<IPAddress> sorted, int firstCount)
    {
        if (sorted.Count == 0)
            return sorted;
        var first = new Queue<IPAddress>(sorted.Where(address => address.AddressFamily == sorted[0].AddressFamily));
        var second = new Queue<IPAddress>(sorted.Where(address => address.AddressFamily != sorted[0].AddressFamily));
        var result = new List<IPAddress>(sorted.Count);
        for (var i = 0; i < firstCount && first.Count > 0; i++)
            result.Add(first.Dequeue());
        while (first.Count > 0 || second.Count > 0)
        {
            if (second.TryDequeue(out var other))
                result.Add(other);
            if (first.TryDequeue(out var same))
                result.Add(same);
        }

        return result;
    }
}
