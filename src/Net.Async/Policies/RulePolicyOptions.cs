using System.Net;

namespace Net.Async;

/// <summary>The rules of a <see cref="RulePolicy"/>. Always-deny comes before allow, allow before deny, deny before the default; the order of statements does not matter.</summary>
public sealed record RulePolicyOptions
{
    private const int MostNames = 64;

    /// <summary>What nothing lifts.</summary>
    /// <value>Default: empty.</value>
    public BlockList AlwaysDeny { get; init => field = value ?? throw new ArgumentNullException(nameof(AlwaysDeny)); } = new();

    /// <summary>Holes in <see cref="Deny"/>; with <see cref="AllowByDefault"/> off, all that is allowed.</summary>
    /// <value>Default: empty.</value>
    public BlockList Allow { get; init => field = value ?? throw new ArgumentNullException(nameof(Allow)); } = new();

    /// <summary>What is denied unless it is allowed.</summary>
    /// <value>Default: empty.</value>
    public BlockList Deny { get; init => field = value ?? throw new ArgumentNullException(nameof(Deny)); } = new();

    /// <summary>What becomes of an address that no rule is for.</summary>
    /// <value>Default: true.</value>
    public bool AllowByDefault { get; init; } = true;

    /// <summary>What becomes of a name of which only some addresses are allowed.</summary>
    /// <value>Default: <see cref="MixedAnswers.Filter"/>.</value>
    public MixedAnswers MixedAnswers { get; init => field = Enum.IsDefined(value) ? value : throw new ArgumentOutOfRangeException(nameof(MixedAnswers), value, "MixedAnswers is Filter or Fail."); }

    /// <summary>Judges destinations by the IPv4 addresses inside them too: compatible, translated, 6to4, Teredo; and those of a NAT64 by these alone.</summary>
    /// <value>Default: true. Peers that connect are what their socket says, and nothing else.</value>
    public bool JudgeEmbeddedIPv4 { get; init; } = true;

    /// <summary>Prefixes of translators beside the well-known one, 64:ff9b::/96: what is behind them is judged as the IPv4 address that it is.</summary>
    /// <value>Default: empty; at most 64, each /32, /40, /48, /56, /64 or /96 (RFC 6052). A prefix that is not named here cannot be guessed, and is judged as plain IPv6.</value>
    public IReadOnlyList<IPNetwork> Nat64Prefixes { get; init => field = Nat64Prefix.Check(value, MostNames); } = [];

    /// <summary>Lets this side connect to Unix sockets and named pipes anywhere.</summary>
    /// <value>Default: true.</value>
    public bool AllowLocalSockets { get; init; } = true;

    /// <summary>With <see cref="AllowLocalSockets"/> off, the directories whose Unix sockets may be connected to all the same, and those below them. A path with a symbolic link on its way is in none.</summary>
    /// <value>Default: empty; at most 64, each absolute.</value>
    public IReadOnlyList<string> AllowedSocketDirectories { get; init => field = CheckDirectories(value); } = [];

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
