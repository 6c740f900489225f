using System.Net;

namespace Net.Async;

/// <summary>A row of an <see cref="AddressPolicyTable"/> (RFC 6724, 2.1).</summary>
public sealed record AddressPolicy
{
    /// <summary>Makes a row.</summary>
    /// <param name="prefix">As <see cref="Prefix"/>.</param>
    /// <param name="precedence">As <see cref="Precedence"/>.</param>
    /// <param name="label">As <see cref="Label"/>.</param>
    public AddressPolicy(IPNetwork prefix, int precedence, int label) => (Prefix, Precedence, Label) = (prefix, precedence, label);

    /// <summary>The addresses that it applies to; IPv4 is <c>::ffff:0:0/96</c>.</summary>
    public IPNetwork Prefix { get; init; }

    /// <summary>Destinations of higher precedence are tried first.</summary>
    public int Precedence { get; init; }

    /// <summary>Destinations whose source has the same label are preferred.</summary>
    public int Label { get; init; }
}
