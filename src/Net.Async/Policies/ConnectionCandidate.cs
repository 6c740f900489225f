using System.Net;

namespace Net.Async;

/// <summary>A connection that is about to be made, or has just arrived: what a <see cref="ConnectionPolicy"/> judges.</summary>
/// <param name="EndPoint">The other side, always literal: an address (IPv4-mapped IPv6 already folded, without a scope that means nothing), a path or a pipe.</param>
/// <param name="Direction">Who connects.</param>
/// <param name="Host">The name that was looked up for it; null for a literal and for an accepted connection.</param>
public readonly record struct ConnectionCandidate(EndPoint EndPoint, ConnectionDirection Direction, string? Host = null)
{
    /// <summary>The end point. The default value has none, and cannot be judged.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    internal EndPoint Required => EndPoint ?? throw new ArgumentException("The candidate has no end point.", "candidate");
}
