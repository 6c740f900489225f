using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary><c>localhost</c> and every name below it are this machine, and no name server is asked (RFC 6761, 6.3).</summary>
internal static class LocalNames
{
    private const string Localhost = "localhost";

    /// <summary>The loopback address of the family; null when the name is another.</summary>
    public static IReadOnlyList<IPAddress>? AddressesOf(string host, AddressFamily family)
    {
        var name = host.AsSpan().TrimEnd('.');
        var isLocal = name.EndsWith(Localhost, StringComparison.OrdinalIgnoreCase)
            && (name.Length == Localhost.Length || name[^(Localhost.Length + 1)] == '.');
        return !isLocal ? null : [family == AddressFamily.InterNetwork ? IPAddress.Loopback : IPAddress.IPv6Loopback];
    }
}
