using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>The order in which to try addresses: RFC 6724 section 6 across both families, then the families alternate (RFC 8305, 4).</summary>
/// <param name="SourceOf">The address this machine would send from; null when it has none for that destination.</param>
/// <param name="Preferred">The family that goes first when the rules do not tell.</param>
/// <param name="FirstCount">How many of the first family before they alternate.</param>
/// <param name="Table">The policy table (RFC 6724, 2.1).</param>
internal sealed record DestinationOrder(Func<IPAddress, IPAddress?> SourceOf, AddressFamily Preferred, int FirstCount, AddressPolicyTable Table)
{
    /// <summary>What is remembered of the time to an address; null when nothing is.</summary>
    public Func<IPAddress, TimeSpan?> RoundTripOf { get; init; } = static _ => null;

    /// <summary>Sorts and interleaves addresses without duplicates or mapped ones.</summary>
    public IReadOnlyList<IPAddress> Of(IReadOnlyList<IPAddress> addresses)
    {
        // Nothing to sort, nothing to ask the routing table about.
        if (addresses.Count < 2)
            return addresses;
        var sorted = addresses.Select(address => (DestinationOf(address), RoundTripOf(address)))
            // Stable: what no rule tells apart stays in the resolver's order (rule 10).
            .Order(Comparer<(Destination, TimeSpan?)>.Create(Compare))
            .Select(static row => row.Item1.Address).ToList();
        return Interleave(sorted);
    }

    /// <summary>Whether no IPv4 address could be sorted before it.</summary>
    public bool GoesFirst(IPAddress address) => Preferred == AddressFamily.InterNetwork || DestinationOf(address).GoesBeforeIPv4;

    private Destination DestinationOf(IPAddress address) => new(address, SourceOf(address), Table);

    private int Compare((Destination Destination, TimeSpan? RoundTrip) left, (Destination Destination, TimeSpan? RoundTrip) right)
    {
        var (a, b) = (left.Destination, right.Destination);
        // Rules 3, 4 and 7 (deprecated, home and tunnelled addresses) need what the operating system does not tell managed code.
        return First(
            b.IsUsable.CompareTo(a.IsUsable),                // rule 1
            b.MatchesScope.CompareTo(a.MatchesScope),        // rule 2
            b.MatchesLabel.CompareTo(a.MatchesLabel),        // rule 5
            Precedence(b).CompareTo(Precedence(a)),          // rule 6
            a.Scope.CompareTo(b.Scope),                      // rule 8
            CompareTimes(left.RoundTrip, right.RoundTrip),   // RFC 8305, 4: before rule 9
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

    // The nearer first, and who was used before anybody who was not.
    private static int CompareTimes(TimeSpan? a, TimeSpan? b) => (a ?? TimeSpan.MaxValue).CompareTo(b ?? TimeSpan.MaxValue);

    // Who prefers IPv4 lifts it above native IPv6, and above nothing that was below it anyway.
    private int Precedence(Destination destination) =>
        Preferred == AddressFamily.InterNetwork && destination.Address.AddressFamily == AddressFamily.InterNetwork
            ? Math.Max(destination.Policy.Precedence, Table.Native.Precedence + 1)
            : destination.Policy.Precedence;

    private List<IPAddress> Interleave(List<IPAddress> sorted)
    {
        var first = new Queue<IPAddress>(sorted.Where(address => address.AddressFamily == sorted[0].AddressFamily));
        var second = new Queue<IPAddress>(sorted.Where(address => address.AddressFamily != sorted[0].AddressFamily));
        var result = new List<IPAddress>(sorted.Count);
        for (var i = 0; i < FirstCount && first.Count > 0; i++)
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
