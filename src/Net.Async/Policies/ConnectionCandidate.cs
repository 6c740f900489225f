using System.Net;

namespace Net.Async;

/// <summary>A connection that is about to be made, or has just arrived: what a <see cref="ConnectionPolicy"/> judges.</summary>
public readonly record struct ConnectionCandidate
{
    /// <summary>Makes a candidate.</summary>
    /// <param name="endPoint">As <see cref="EndPoint"/>.</param>
    /// <param name="direction">As <see cref="Direction"/>.</param>
    /// <param name="host">As <see cref="Host"/>.</param>
    public ConnectionCandidate(EndPoint endPoint, ConnectionDirection direction, string? host = null) =>
        (EndPoint, Direction, Host) = (endPoint, direction, host);

    /// <summary>The other side, always literal: an address (IPv4-mapped IPv6 as IPv4, without a scope that means nothing), a path or a pipe.</summary>
    public EndPoint EndPoint { get; init; }

    /// <summary>Which side connects.</summary>
    public ConnectionDirection Direction { get; init; }

    /// <summary>The name that was looked up for it; null for a literal and for an accepted connection.</summary>
    public string? Host { get; init; }

    /// <summary>The end point. The default value has none, and cannot be judged.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    internal EndPoint Required => EndPoint ?? throw new ArgumentException("The candidate has no end point.", "candidate");
}
