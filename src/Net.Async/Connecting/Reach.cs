using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>What one connect knows of the way to its addresses: the source of each, and the translator's address where IPv4 has no route.</summary>
internal sealed class Reach(Func<IPAddress, IPAddress?> sourceOf, IReadOnlyList<Nat64Prefix> prefixes)
{
    private readonly ConcurrentDictionary<IPAddress, IPAddress?> _sources = new();

    /// <summary>The prefixes of translators, in the order to use them.</summary>
    public IReadOnlyList<Nat64Prefix> Prefixes { get; set; } = prefixes;

    /// <summary>Where this machine would send from to the address, or to what stands for it; null when there is no way.</summary>
    public IPAddress? SourceFor(IPAddress address) => SourceOf(ToDial(address));

    /// <summary>The address to connect to: itself, or the translator's for IPv4 without a route.</summary>
    public IPAddress ToDial(IPAddress address)
    {
        if (Prefixes.Count == 0 || address.AddressFamily != AddressFamily.InterNetwork || SourceOf(address) is not null)
            return address;
        foreach (var prefix in Prefixes)
        {
            if (prefix.Synthesize(address) is { } synthesized && SourceOf(synthesized) is not null)
                return synthesized;
        }

        return address;
    }

    /// <summary>The IPv4 address that a translator's stands for: judged, sorted and counted once as that; anything else is itself.</summary>
    public IPAddress Behind(IPAddress address) => Nat64Prefix.Behind(Prefixes, address) ?? address;

    private IPAddress? SourceOf(IPAddress address) => _sources.GetOrAdd(address, sourceOf);
}
