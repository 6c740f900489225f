using System.Numerics;
using System.Runtime.CompilerServices;

namespace Net.Async;

/// <summary>How <see cref="BlockList"/> reads a list, and what it refuses. Every value is checked where it is set.</summary>
public sealed record BlockListLoadOptions
{
    /// <summary>How the list is written.</summary>
    /// <value>Default: <see cref="BlockListFormat.Auto"/>.</value>
    public BlockListFormat Format
    {
        get;
        set => field = Enum.IsDefined(value) ? value : throw new ArgumentOutOfRangeException(nameof(Format), value, "There is no such format.");
    }

    /// <summary>Where the rules are in JSON: <c>$</c>, then <c>.name</c> or <c>['name']</c> for a property, which may have dots in it then, and <c>[*]</c> for every element.</summary>
    /// <value>Default: none, the shapes of AWS, Google, Azure, Spamhaus and of <see cref="BlockList.ToJson"/>. 64 at most, of 64 steps at most.</value>
    public IReadOnlyList<string> JsonPaths
    {
        get;
        set
        {
            ArgumentNullException.ThrowIfNull(value, nameof(JsonPaths));
            if (value.Count > JsonPath.MostPaths)
                throw new ArgumentOutOfRangeException(nameof(JsonPaths), value.Count, $"JsonPaths are {JsonPath.MostPaths} at most.");
            Paths = [.. value.Select(static path => JsonPath.Parse(path) ?? throw new ArgumentException($"{ShownText.Quote(path)} is no path: like $.prefixes[*].ip_prefix.", nameof(JsonPaths)))];
            field = [.. value];
        }
    } = [];

    /// <summary>Whether a line that is no rule is skipped and counted, instead of an error. Broken JSON is an error always.</summary>
    /// <value>Default: false.</value>
    public bool SkipBadLines { get; set; }

    /// <summary>The most bytes a list may have.</summary>
    /// <value>Default: 256 MiB; 1 or more.</value>
    public long MaxBytes { get; set => field = Check(value, 1, long.MaxValue); } = 256 << 20;

    /// <summary>The most bytes a line, or a value in JSON, may have.</summary>
    /// <value>Default: 4096; 64 to 1 MiB.</value>
    public int MaxLineLength { get; set => field = Check(value, 64, 1 << 20); } = 4096;

    /// <summary>The most rules a list may have.</summary>
    /// <value>Default: 16,777,216; 1 to 268,435,456.</value>
    public int MaxRules { get; set => field = Check(value, 1, 1 << 28); } = 1 << 24;

    /// <summary>How much shorter than what it replaces a list may be, as a share: a download that broke off must not remove most rules. A list that does not remember its rules counts those it was given.</summary>
    /// <value>Default: 0.5, half of the rules may go; 0 to 1. Only 1 takes a list without a rule, whether it replaces another or is added.</value>
    public double MaxShrinkRatio { get; set => field = value is >= 0 and <= 1 ? value : throw new ArgumentOutOfRangeException(nameof(MaxShrinkRatio), value, "MaxShrinkRatio must be 0 to 1."); } = 0.5;

    /// <summary>Whether a list may hold all of 1.0.0.0 to 223.255.255.255, or all of 2000::/3: one wrong line must not deny every address.</summary>
    /// <value>Default: false.</value>
    public bool AllowCatchAllRules { get; set; }

    /// <summary><see cref="JsonPaths"/>, read.</summary>
    internal IReadOnlyList<JsonPath> Paths { get => field is [] ? JsonPath.Known : field; private set; } = [];

    private static T Check<T>(T value, T least, T most, [CallerMemberName] string name = "")
        where T : INumber<T> => value >= least && value <= most
        ? value
        : throw new ArgumentOutOfRangeException(name, value, FormattableString.Invariant($"{name} must be {least} to {most}."));
}
