namespace Net.Async;

/// <summary>How a rule was stated.</summary>
internal enum IPRuleKind : byte
{
    Address,
    Range,
    Subnet,

    /// <summary>The IPv4 addresses of an IPv6 rule that covers their mapped forms among others: no rule of its own.</summary>
    Shadow,
}
