using System.Net;

namespace Net.Async;

/// <summary>The answer of a <see cref="Resolver"/>.</summary>
public sealed class ResolveResult
{
    /// <summary>Makes an answer of addresses.</summary>
    /// <param name="addresses">In the order to try them; empty when the host has none in the family.</param>
    /// <param name="timeToLive">How long the answer may be kept; null when it is not known.</param>
    /// <exception cref="ArgumentException">An address is null.</exception>
    public ResolveResult(IEnumerable<IPAddress> addresses, TimeSpan? timeToLive = null)
    {
        ArgumentNullException.ThrowIfNull(addresses);
        Addresses = [.. addresses.Select(address => new ResolvedAddress(address) { TimeToLive = timeToLive })];
    }

    /// <summary>Makes an answer of addresses with what is known of each.</summary>
    /// <param name="addresses">In the order to try them; empty when the host has none in the family.</param>
    /// <exception cref="ArgumentException">An element is null.</exception>
    public ResolveResult(IEnumerable<ResolvedAddress> addresses)
    {
        ArgumentNullException.ThrowIfNull(addresses);
        Addresses = [.. addresses];
        if (Addresses.Contains(null!))
            throw new ArgumentException("An address is null.", nameof(addresses));
    }

    /// <summary>An answer without an address.</summary>
    public static ResolveResult Empty { get; } = new(Array.Empty<ResolvedAddress>());

    /// <summary>The addresses, in the order to try them; empty when the host has none in the family that was asked for.</summary>
    public IReadOnlyList<ResolvedAddress> Addresses { get; }
}
