namespace Net.Async;

/// <summary>What a policy says of one candidate, and by which rule. The default value denies.</summary>
public readonly record struct PolicyDecision
{
    private PolicyDecision(bool isAllowed, string? rule, string? preset) => (IsAllowed, Rule, Preset) = (isAllowed, rule, preset);

    /// <summary>Whether the connection is allowed.</summary>
    public bool IsAllowed { get; }

    /// <summary>The rule that decided, in words; null only when none did and the policy's default holds.</summary>
    public string? Rule { get; }

    /// <summary>The preset that the rule comes from; null when it comes from none.</summary>
    public string? Preset { get; }

    /// <summary>The directories that a Unix socket was allowed for: the dialler opens it there. A policy that decorates another passes the decision on as it is, for this.</summary>
    internal SocketDirectories? Directories { get; private init; }

    /// <summary>Allows the connection.</summary>
    /// <param name="rule">The rule that says so; null for the default.</param>
    /// <param name="preset">The preset of the rule.</param>
    public static PolicyDecision Allow(string? rule = null, string? preset = null) => new(true, rule, preset);

    /// <summary>Denies the connection.</summary>
    /// <param name="rule">The rule that says so; null for the default.</param>
    /// <param name="preset">The preset of the rule.</param>
    public static PolicyDecision Deny(string? rule = null, string? preset = null) => new(false, rule, preset);

    internal static PolicyDecision AllowIn(SocketDirectories directories) => new(true, "an allowed directory", null) { Directories = directories };

    /// <summary>The verdict with its rule.</summary>
    public override string ToString() => (IsAllowed ? "allowed" : "denied") + (Rule is null ? " by default" : $" by {Rule}") + (Preset is null ? "" : $" of {Preset}");
}
