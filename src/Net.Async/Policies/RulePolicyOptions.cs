using System.Net;

namespace Net.Async;

/// <summary>The rules of a <see cref="RulePolicy"/>. Always-deny comes before allow, allow before deny, deny before the default; the order of statements does not matter.</summary>
public sealed record RulePolicyOptions
{
    private const int MostNames = 64;

    /// <summary>What is denied whatever the other rules say.</summary>
    /// <value>Default: empty.</value>
    public BlockList AlwaysDeny { get; set => field = value ?? throw new ArgumentNullException(nameof(AlwaysDeny)); } = new();

    /// <summary>Holes in <see cref="Deny"/>; with <see cref="AllowByDefault"/> off, all that is allowed.</summary>
    /// <value>Default: empty.</value>
    public BlockList Allow { get; set => field = value ?? throw new ArgumentNullException(nameof(Allow)); } = new();

    /// <summary>What is denied unless it is allowed.</summary>
    /// <value>Default: empty.</value>
    public BlockList Deny { get; set => field = value ?? throw new ArgumentNullException(nameof(Deny)); } = new();

    /// <summary>What happens to an address that no rule covers.</summary>
    /// <value>Default: true.</value>
    public bool AllowByDefault { get; set; } = true;

    /// <summary>What happens to a name when only some of its addresses are allowed.</summary>
    /// <value>Default: <see cref="DeniedAnswerMode.Filter"/>.</value>
    public DeniedAnswerMode DeniedAnswers { get; set => field = Enum.IsDefined(value) ? value : throw new ArgumentOutOfRangeException(nameof(DeniedAnswers), value, "DeniedAnswers must be Filter or Fail."); }

    /// <summary>Judges destinations by the IPv4 addresses inside them too: compatible, translated, 6to4, Teredo, ISATAP, NAT64.</summary>
    /// <value>Default: true. False leaves to judge what the connector itself translates (<c>HappyEyeballsOptions.Nat64Prefixes</c>, or found). Peers that connect are what their socket says, and nothing else.</value>
    public bool EvaluateEmbeddedIPv4 { get; set; } = true;

    /// <summary>Takes 64:ff9b::/96 for the way to IPv4 that it is (RFC 6052): the default, and the rules for addresses that are not global unicast, say nothing of it, and the address behind decides.</summary>
    /// <value>Default: true. False judges it as any other IPv6 address, and by the address behind as well. A rule of <see cref="Deny"/> for it, or for a part of it, denies in both cases.</value>
    public bool TrustWellKnownNat64 { get; set; } = true;

    /// <summary>Prefixes of this network's translators: neither the default, nor a preset, nor a rule over more than the prefix says anything of an address under one, and the IPv4 address behind decides.</summary>
    /// <value>
    /// Default: empty; at most 64, each /32, /40, /48, /56, /64 or /96 (RFC 6052). A rule of <see cref="Deny"/> that was written for the prefix, or for a part of it, denies all the same.
    /// A prefix that only the connector knows is judged as plain IPv6, and by the IPv4 address behind.
    /// </value>
    public IReadOnlyList<IPNetwork> Nat64Prefixes { get; set => field = Nat64Prefix.Check(value, MostNames); } = [];

    /// <summary>Lets this side connect to Unix sockets and named pipes anywhere.</summary>
    /// <value>Default: true.</value>
    public bool AllowLocalSockets { get; set; } = true;

    /// <summary>With <see cref="AllowLocalSockets"/> off, the directories whose Unix sockets may be connected to all the same, and those below them.</summary>
    /// <remarks>
    /// Linux: what counts is the file that the kernel would open, with links, <c>..</c> and relative paths followed as it follows them, and a connector dials that file and no other, whatever becomes of
    /// the path meanwhile. A directory may be a link: its place is looked up each time, so the way to it must be in trusted hands. Without /proc nothing is in any directory.
    /// Other systems: the path must be absolute, written out and without a link on its way, and a link put there after the judging is not seen. Abstract names and pipes are in none.
    /// </remarks>
    /// <value>Default: empty; at most 64, each absolute.</value>
    public IReadOnlyList<string> AllowedSocketDirectories { get; set => field = CheckDirectories(value); } = [];

    private static string[] CheckDirectories(IReadOnlyList<string> value, [System.Runtime.CompilerServices.CallerMemberName] string name = "")
    {
        ArgumentNullException.ThrowIfNull(value, name);
        string[] copy = [.. value.Take(MostNames + 1)];
        if (copy.Length > MostNames)
            throw new ArgumentException($"{name} has at most {MostNames} directories.", name);
        return Array.ConvertAll(copy, directory => Path.IsPathFullyQualified(directory ?? "")
            ? Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory!))
            : throw new ArgumentException($"'{directory}' is not an absolute path.", name));
    }
}
