using System.Globalization;

namespace Net.Async;

/// <summary>Rules as text, read strictly: Node's words, and the short forms that lists have.</summary>
internal static class IPRuleText
{
    /// <summary><c>Address: IPv4 a</c>, <c>Range: IPv4 a-b</c> or <c>Subnet: IPv4 n/p</c>, and the same with IPv6.</summary>
    public static IPRule? Read(ReadOnlySpan<char> text, out string? problem)
    {
        problem = "'Address: IPv4 a', 'Range: IPv4 a-b' or 'Subnet: IPv4 n/p' expected";
        var colon = text.IndexOf(": ", StringComparison.Ordinal);
        if (colon < 0 || text.Length < colon + 7 || text[(colon + 2)..(colon + 7)] is not ("IPv4 " or "IPv6 ") || KindOf(text[..colon]) is not { } kind)
            return null;
        var isIPv4 = text[colon + 5] == '4';
        var body = text[(colon + 7)..];
        if (body.Contains(':') == isIPv4)
        {
            problem = $"the address is not {(isIPv4 ? "IPv4" : "IPv6")}";
            return null;
        }

        return kind switch
        {
            IPRuleKind.Address => ReadAddress(body, out problem),
            IPRuleKind.Range => ReadRange(body, out problem),
            _ => ReadSubnet(body, out problem),
        };
    }

    /// <summary><c>a</c>, <c>a-b</c>, <c>n/p</c>, or Node's words.</summary>
    public static IPRule? ReadEntry(ReadOnlySpan<char> text, out string? problem)
    {
        if (text.Contains(' ') && text[0] is 'A' or 'R' or 'S')
            return Read(text, out problem);
        if (text.Contains('/'))
            return ReadSubnet(text, out problem);
        // An interface's name may have a hyphen, and then it is no range; but half of a range must not pass for an address.
        if (!text.Contains('-') || (text.Contains('%') && !EndsInAddress(text)))
            return ReadAddress(text, out problem);
        return ReadRange(text, out problem);
    }

    private static bool EndsInAddress(ReadOnlySpan<char> text)
    {
        for (var rest = text; rest.IndexOf('-') is >= 0 and var hyphen;)
        {
            rest = rest[(hyphen + 1)..];
            if (AddressText.TryRead(rest.TrimStart(' '), out _))
                return true;
        }

        return false;
    }

    /// <summary><c>n/p</c>, the prefix length without leading zeros.</summary>
    public static IPRule? ReadSubnet(ReadOnlySpan<char> text, out string? problem)
    {
        var slash = text.IndexOf('/');
        problem = "a network and its prefix length expected, like 192.0.2.0/24";
        if (slash < 0)
            return null;
        if (!AddressText.TryRead(text[..slash], out var network))
            problem = $"{ShownText.Quote(text[..slash])} is not an IP address";
        else if (ReadPrefix(text[(slash + 1)..]) is { } prefix)
            return IPRule.OfSubnet(network, prefix, out problem);
        else
            problem = $"{ShownText.Quote(text[(slash + 1)..])} is no prefix length";
        return null;
    }

    private static IPRule? ReadAddress(ReadOnlySpan<char> text, out string? problem)
    {
        problem = null;
        if (AddressText.TryRead(text, out var address))
            return IPRule.OfAddress(address);
        problem = $"{ShownText.Quote(text)} is not an IP address";
        return null;
    }

    private static IPRule? ReadRange(ReadOnlySpan<char> text, out string? problem)
    {
        problem = "a range expected, like 192.0.2.1-192.0.2.9";
        var hyphen = text.IndexOf('-');
        if (hyphen < 0)
            return null;
        ReadOnlySpan<char> first = text[..hyphen].TrimEnd(' '), last = text[(hyphen + 1)..].TrimStart(' ');
        if (!AddressText.TryRead(first, out var start))
            problem = $"{ShownText.Quote(first)} is not an IP address";
        else if (!AddressText.TryRead(last, out var end))
            problem = $"{ShownText.Quote(last)} is not an IP address";
        else
            return IPRule.OfRange(start, end, out problem);
        return null;
    }

    private static IPRuleKind? KindOf(ReadOnlySpan<char> word) => word switch
    {
        "Address" => IPRuleKind.Address,
        "Range" => IPRuleKind.Range,
        "Subnet" => IPRuleKind.Subnet,
        _ => null,
    };

    private static int? ReadPrefix(ReadOnlySpan<char> text) =>
        text.Length is > 0 and <= 3 && (text.Length == 1 || text[0] != '0') && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var prefix) ? prefix : null;
}
