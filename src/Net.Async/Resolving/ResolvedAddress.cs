using System.Net;

namespace Net.Async;

/// <summary>One address of a host, with what its resolver knows of it.</summary>
public sealed class ResolvedAddress
{
    /// <summary>Makes an address of which nothing else is known.</summary>
    /// <param name="address">The address.</param>
    /// <exception cref="ArgumentNullException">The address is null.</exception>
    public ResolvedAddress(IPAddress address) => Address = address ?? throw new ArgumentNullException(nameof(address));

    /// <summary>The address.</summary>
    public IPAddress Address { get; }

    /// <summary>How long it may be kept, from now on (RFC 1035, TTL).</summary>
    /// <value>Default: null, not known; at least 0.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public TimeSpan? TimeToLive
    {
        get;
        init => field = value is null || value >= TimeSpan.Zero ? value : throw new ArgumentOutOfRangeException(nameof(TimeToLive), value, $"{nameof(TimeToLive)} must be null, or at least 0.");
    }

    /// <summary>The address.</summary>
    public override string ToString() => Address.ToString();
}
