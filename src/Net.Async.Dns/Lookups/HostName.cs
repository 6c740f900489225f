using System.Buffers;
using System.Net;

namespace Net.Async;

/// <summary>The host that a user has given, checked.</summary>
/// <param name="Name">In lower case, without the final dot.</param>
/// <param name="IsAbsolute">There was a final dot: it is the whole name.</param>
internal readonly record struct HostName(string Name, bool IsAbsolute)
{
    // RFC 1035, 2.3.4: 63 octets a label; 255 a name with its length octets leave 253 characters.
    private const int LongestLabel = 63;
    private const int LongestName = 253;

    // Letters, digits and hyphen, and the underscore that service names use. Other scripts come as A-labels.
    private static readonly SearchValues<char> s_letters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_");

    /// <summary>RFC 6761, 6.3: such a name is this machine, and no name server is asked.</summary>
    public bool IsLocalhost => Name == "localhost" || Name.EndsWith(".localhost", StringComparison.Ordinal);

    public int Dots => Name.AsSpan().Count('.');

    /// <summary>Checks it.</summary>
    public static HostName Parse(string host)
    {
        ArgumentException.ThrowIfNullOrEmpty(host);
        var isAbsolute = host.EndsWith('.');
        var name = isAbsolute ? host.AsSpan(0, host.Length - 1) : host;
        if (name.Length is 0 or > LongestName)
            throw NoName(host);
        foreach (var label in name.Split('.'))
        {
            if (name[label].Length is 0 or > LongestLabel || name[label].ContainsAnyExcept(s_letters))
                throw NoName(host);
        }

        return new HostName(name.ToString().ToLowerInvariant(), isAbsolute);
    }

    /// <summary>The name below a search domain, which may have any characters; null when that is no name.</summary>
    public string? Below(string domain)
    {
        var joined = $"{Name}.{domain}".ToLowerInvariant();
        if (joined.EndsWith('.'))
            joined = joined[..^1];
        foreach (var label in joined.AsSpan().Split('.'))
        {
            if (joined.AsSpan()[label].Length is 0 or > LongestLabel)
                return null;
        }

        return joined.Length <= LongestName && joined.All(static letter => letter is > '\0' and <= '\u00FF') ? joined : null;
    }

    // A host that is far too long is not repeated in full.
    private static ArgumentException NoName(string host) =>
        new($"'{(host.Length > LongestName ? host[..LongestLabel] + "..." : host)}' is no host name: labels of 1 to {LongestLabel} letters, digits, '-' and '_', {LongestName} characters in all.", nameof(host));
}
