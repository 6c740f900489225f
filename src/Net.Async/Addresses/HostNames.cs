using System.Buffers;
using System.Net;
using System.Text;

namespace Net.Async;

/// <summary>What a host name may look like before it is handed to a resolver (RFC 1123, 2.1; length RFC 1035, 2.3.4).</summary>
internal static class HostNames
{
    private const int MaxLength = 253, MaxLabel = 63;

    private static readonly SearchValues<char> s_foreign = SearchValues.Create(" \t\r\n\0/\\@[]?#%:");

    /// <summary>True for a name, also an internationalized one, or a strict dotted quad; else the reason in words.</summary>
    public static bool Check(ReadOnlySpan<char> host, out string? problem)
    {
        problem = null;
        if (!Ascii.IsValid(host))
            return ToAscii(host.ToString(), out problem) is not null;
        if (host.IsEmpty || host.IsWhiteSpace())
            problem = "the host is empty";
        else if (host.Length > MaxLength + 1 || (host.Length > MaxLength && host[^1] != '.'))
            problem = $"the host has {host.Length} characters, the limit is {MaxLength}";
        else if (host.ContainsAny(s_foreign))
            problem = "the host has a character that no host name has";
        else if (!IPv4Text.TryRead(host, out _) && LooksNumeric(host))
            problem = "an IPv4 address is four decimal numbers without leading zeros";
        else
            problem = ProblemOfLabels(host);
        return problem is null;
    }

    /// <summary>The name as name servers know it (RFC 5890, A-labels); null, with the reason, when it has no such form.</summary>
    public static string? ToAscii(string host, out string? problem)
    {
        if (Ascii.IsValid(host))
            return Check(host, out problem) ? host : null;
        problem = null;
        // Full-width and circled digits are mapped to plain ones somewhere on the way: what is an address behind its looks is no name.
        if (LooksNumeric(PlainDigits(host)))
            problem = "the host is an IPv4 address in other characters";
        else
            problem = ProblemOfLabels(InternationalNames.WithDots(host), inAscii: false);
        if (problem is not null)
            return null;
        var ascii = InternationalNames.ToAscii(host);
        if (ascii is null)
            problem = "the host is no internationalized name (RFC 5890)";
        else if (LooksNumeric(ascii))
            problem = "the host is an IPv4 address in other characters";
        return problem is null && Check(ascii, out problem) ? ascii : null;
    }

    // RFC 1123, 2.1; the length in octets RFC 1035, 2.3.4, which holds for the A-label.
    private static string? ProblemOfLabels(ReadOnlySpan<char> host, bool inAscii = true)
    {
        var name = host.EndsWith('.') ? host[..^1] : host;
        foreach (var range in name.Split('.'))
        {
            var label = name[range];
            if (label.IsEmpty)
                return "the host has an empty label";
            if (inAscii && label.Length > MaxLabel)
                return $"the host has a label of {label.Length} characters, the limit is {MaxLabel}";
            if (label[0] == '-' || label[^1] == '-')
                return "the host has a label that begins or ends with a hyphen";
        }

        return null;
    }

    // IdnMapping does this only where ICU is at hand.
    private static string PlainDigits(string host)
    {
        var plain = new StringBuilder(host.Length);
        foreach (var rune in host.EnumerateRunes())
        {
            if (rune.Value is 0x3002 or 0xff0e or 0xff61)
                plain.Append('.');
            else if (!rune.IsAscii && Rune.GetNumericValue(rune) is >= 0 and <= 1000 and var number)
                plain.Append((int)number);
            else
                plain.Append(rune);
        }

        return plain.ToString();
    }

    /// <summary>The address that <c>127.1</c>, <c>0x7f.1</c> or <c>2130706433</c> means to inet_aton(3); null for anything else.</summary>
    public static IPAddress? LegacyIPv4(string host) =>
        LooksNumeric(host) && !host.Contains(':') && IPAddress.TryParse(host, out var address) ? address : null;

    // 127.1, 0x7f.1 and 2130706433 are addresses to some resolvers and names to others; a name's last label is never a number (RFC 1123, 2.1).
    private static bool LooksNumeric(ReadOnlySpan<char> host)
    {
        var last = host.TrimEnd('.');
        last = last[(last.LastIndexOf('.') + 1)..];
        return last.IsEmpty || !last.ContainsAnyExceptInRange('0', '9')
            || (last.StartsWith("0x", StringComparison.OrdinalIgnoreCase) && IPAddress.TryParse(host, out _));
    }
}
