namespace Net.Async;

/// <summary>One rule of a <see cref="BlockList"/>: an address, a range or a subnet. Rules inside <c>::ffff:0:0/96</c> are IPv4 rules.</summary>
internal readonly record struct IPRule(IPRuleKind Kind, bool IsIPv4, UInt128 Start, UInt128 End)
{
    public static IPRule OfAddress(AddressBits address)
    {
        var folded = address.Fold();
        return new IPRule(IPRuleKind.Address, folded.IsIPv4, folded.Value, folded.Value);
    }

    /// <summary>Both ends included; says why not, in words, when it cannot be one.</summary>
    public static IPRule? OfRange(AddressBits start, AddressBits end, out string? problem)
    {
        problem = start.IsIPv4 != end.IsIPv4 ? "both ends must be of one family" : start.Value > end.Value ? "the start must not come after the end" : null;
        if (problem is not null)
            return null;
        return Fold(new IPRule(IPRuleKind.Range, start.IsIPv4, start.Value, end.Value));
    }

    /// <summary>The network that an address is in: bits behind the prefix do not matter.</summary>
    public static IPRule? OfSubnet(AddressBits network, int prefixLength, out string? problem)
    {
        var width = network.IsIPv4 ? 32 : 128;
        problem = prefixLength < 0 || prefixLength > width ? $"the prefix length of {(network.IsIPv4 ? "IPv4" : "IPv6")} is 0 to {width}" : null;
        if (problem is not null)
            return null;
        // A shift by the whole width would be none.
        var hostBits = prefixLength == 0 && width == 128 ? UInt128.MaxValue : (UInt128.One << (width - prefixLength)) - 1;
        return Fold(new IPRule(IPRuleKind.Subnet, network.IsIPv4, network.Value & ~hostBits, network.Value | hostBits));
    }

    /// <summary>The rule that says most plainly what an interval covers.</summary>
    public static IPRule OfInterval(bool isIPv4, UInt128 start, UInt128 end)
    {
        // A subnet's last bits are all zero in its start and all one in its end.
        var hostBits = start ^ end;
        var isSubnet = (hostBits & (hostBits + 1)) == 0 && (start & hostBits) == 0;
        return new IPRule(start == end ? IPRuleKind.Address : isSubnet ? IPRuleKind.Subnet : IPRuleKind.Range, isIPv4, start, end);
    }

    /// <summary>The words of Node.</summary>
    public override string ToString()
    {
        var (family, start) = (IsIPv4 ? "IPv4" : "IPv6", new AddressBits(Start, IsIPv4));
        return Kind switch
        {
            IPRuleKind.Address => $"Address: {family} {start}",
            IPRuleKind.Range => $"Range: {family} {start}-{new AddressBits(End, IsIPv4)}",
            _ => $"Subnet: {family} {start}/{(IsIPv4 ? 32 : 128) - (int)UInt128.PopCount(Start ^ End)}",
        };
    }

    private static IPRule Fold(IPRule rule)
    {
        var isMapped = !rule.IsIPv4 && AddressFolding.TryFold(rule.Start, out _) && AddressFolding.TryFold(rule.End, out _);
        return isMapped ? rule with { IsIPv4 = true, Start = (uint)rule.Start, End = (uint)rule.End } : rule;
    }
}
