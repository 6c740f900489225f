using System.Net.Sockets;

namespace Net.Async;

/// <summary>What a <see cref="Resolver"/> is asked.</summary>
public sealed class ResolveQuery
{
    /// <summary>Makes a query for the addresses of a host.</summary>
    /// <param name="host">A name; address literals are never asked for.</param>
    /// <param name="family"><see cref="AddressFamily.InterNetwork"/>, <see cref="AddressFamily.InterNetworkV6"/>, or <see cref="AddressFamily.Unspecified"/> for both.</param>
    /// <exception cref="ArgumentException">The host is empty, or the family is another.</exception>
    public ResolveQuery(string host, AddressFamily family = AddressFamily.Unspecified)
    {
        ArgumentException.ThrowIfNullOrEmpty(host);
        if (family is not (AddressFamily.InterNetwork or AddressFamily.InterNetworkV6 or AddressFamily.Unspecified))
            throw new ArgumentException($"The family is InterNetwork, InterNetworkV6 or Unspecified, not {family}.", nameof(family));
        (Host, Family) = (host, family);
    }

    /// <summary>The name to look up.</summary>
    public string Host { get; }

    /// <summary>The family of the addresses; <see cref="AddressFamily.Unspecified"/> for both.</summary>
    public AddressFamily Family { get; }

    /// <summary>The host and the family.</summary>
    public override string ToString() => Family == AddressFamily.Unspecified ? Host : $"{Host} ({Family})";
}
