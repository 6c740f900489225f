using System.Net;

namespace Net.Async;

/// <summary>A row of an <see cref="AddressPolicyTable"/> (RFC 6724, 2.1).</summary>
/// <param name="Prefix">The addresses it is for; IPv4 is <c>::ffff:0:0/96</c>.</param>
/// <param name="Precedence">Destinations of higher precedence are tried first.</param>
/// <param name="Label">Destinations are preferred whose source has the same label.</param>
public sealed record AddressPolicy(IPNetwork Prefix, int Precedence, int Label);
