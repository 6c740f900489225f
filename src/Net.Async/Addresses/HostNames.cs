using System.Buffers;
using System.Net;

namespace Net.Async;

/// <summary>What a host name may look like before it is handed to a resolver (RFC 1123, 2.1; length RFC 1035, 2.3.4).</summary>
internal static class HostNames
{
    private const int MaxLength = 253;

    private static readonly SearchValues<char> s_foreign = SearchValues.Create(" \t\r\n\0/\\@[]?#%:");

    /// <summary>True for a name or a strict dotted quad; else the reason in words.</summary>
    public static bool Check(ReadOnlySpan<char> host, out string? problem)
    {
        problem = null;
        if (host.IsEmpty || host.IsWhiteSpace())
            problem = "the host is empty";
        else if (host.Length > MaxLength + 1 || (host.Length > MaxLength && host[^1] != '.'))
            problem = $"the host has {host.Length} characters, the limit is {MaxLength}";
        else if (host.ContainsAny(s_foreign))
            problem = "the host has a character that no host name has";
        else if (!IPv4Text.TryRead(host, out _) && LooksNumeric(host))
            problem = "an IPv4 address is four decimal numbers without leading zeros";
        return problem is null;
    }

    // 127.1, 0x7f.1 and 2130706433 are addresses to some resolvers and names to others; a name's last label is never a number (RFC 1123, 2.1).
    private static bool LooksNumeric(ReadOnlySpan<char> host)
    {
        var last = host.TrimEnd('.');
        last = last[(last.LastIndexOf('.') + 1)..];
        return last.IsEmpty || !last.ContainsAnyExceptInRange('0', '9')
            || (last.StartsWith("0x", StringComparison.OrdinalIgnoreCase) && IPAddress.TryParse(host, out _));
    }
}
