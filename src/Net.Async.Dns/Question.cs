using System.Buffers;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>A name and the family its addresses are wanted of. The name is absolute, in lower case and without the final dot: one spelling for each.</summary>
internal readonly record struct Question(string Name, AddressFamily Family)
{
    // RFC 1035, 2.3.4: 63 octets a label; 255 a name with its length octets leave 253 characters.
    private const int LongestLabel = 63;
    private const int LongestName = 253;

    // Letters, digits and hyphen, and the underscore that service names use. Other scripts come as A-labels.
    private static readonly SearchValues<char> s_letters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_");

    /// <summary>RFC 6761, 6.3: such a name is this machine, and no name server is asked.</summary>
    public bool IsLocalhost => Name == "localhost" || Name.EndsWith(".localhost", StringComparison.Ordinal);

    /// <summary>Checks the host that a user has given.</summary>
    public static Question Of(string host, AddressFamily family)
    {
        ArgumentException.ThrowIfNullOrEmpty(host);
        var name = host.EndsWith('.') ? host.AsSpan(0, host.Length - 1) : host;
        if (name.Length is 0 or > LongestName)
            throw NoName(host);
        foreach (var label in name.Split('.'))
        {
            if (name[label].Length is 0 or > LongestLabel || name[label].ContainsAnyExcept(s_letters))
                throw NoName(host);
        }

        return new Question(name.ToString().ToLowerInvariant(), family);
    }

    // A host that is far too long is not repeated in full.
    private static ArgumentException NoName(string host) =>
        new($"'{(host.Length > LongestName ? host[..LongestLabel] + "..." : host)}' is no host name: labels of 1 to {LongestLabel} letters, digits, '-' and '_', {LongestName} characters in all.", nameof(host));
}
