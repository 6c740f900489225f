namespace Net.Async.Testing;

/// <summary>What one direction of a stream does to the bytes that enter it. Copy with <c>with</c>; every value is checked where it is set.</summary>
public sealed record FaultRules
{
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(1);

    /// <summary>No fault: every byte passes at once.</summary>
    public static FaultRules None { get; } = new();

    /// <summary>How long every byte is under way.</summary>
    /// <value>Default: zero; up to one day.</value>
    public TimeSpan Delay { get; init => field = CheckTime(value, nameof(Delay)); }

    /// <summary>How much longer at most, drawn anew whenever bytes enter. Bytes never overtake each other.</summary>
    /// <value>Default: zero; up to one day.</value>
    public TimeSpan Jitter { get; init => field = CheckTime(value, nameof(Jitter)); }

    /// <summary>How many bytes pass in a second.</summary>
    /// <value>Default: null, no limit; at least 1.</value>
    public int? BytesPerSecond { get; init => field = (int?)CheckCount(value, 1, nameof(BytesPerSecond)); }

    /// <summary>How many bytes one receive gives, or one send takes, at most; drawn anew for each call, from 1 on.</summary>
    /// <value>Default: null, no limit; at least 1.</value>
    public int? SliceBytes { get; init => field = (int?)CheckCount(value, 1, nameof(SliceBytes)); }

    /// <summary>How many bytes of the stream are cut into slices; what follows passes whole, since a large stream in slices of a few bytes takes long.</summary>
    /// <value>Default: null, all; 0 and more.</value>
    public long? SlicedBytes { get; init => field = CheckCount(value, 0, nameof(SlicedBytes)); }

    /// <summary>After how many bytes of the stream the direction ends as <see cref="AtLimit"/> says. The receiver of the direction notices it when it reads on.</summary>
    /// <value>Default: null, never; 0 and more.</value>
    public long? LimitBytes { get; init => field = CheckCount(value, 0, nameof(LimitBytes)); }

    /// <summary>How the direction ends at <see cref="LimitBytes"/>.</summary>
    /// <value>Default: <see cref="FaultEnd.Reset"/>.</value>
    public FaultEnd AtLimit
    {
        get;
        init => field = value is >= FaultEnd.Reset and <= FaultEnd.End ? value : throw new ArgumentOutOfRangeException(nameof(AtLimit), value, "AtLimit must be Reset, Cut or End.");
    }

    /// <summary>Rules drawn from a seed: in half of all cases each a delay up to 20 ms, jitter up to 10 ms and slices up to 1000 bytes; in a quarter a throttle, from 16 KiB to 1 MiB a second.</summary>
    /// <param name="seed">The same seed draws the same rules, in every process.</param>
    /// <param name="ends">Whether half of all directions also end, after at most 256 KiB, in one of the three ways.</param>
    public static FaultRules FromSeed(int seed, bool ends = false)
    {
        var random = new Random(seed);
        var rules = new FaultRules
        {
            Delay = TimeSpan.FromMilliseconds(random.Next(2) * random.Next(21)),
            Jitter = TimeSpan.FromMilliseconds(random.Next(2) * random.Next(11)),
            SliceBytes = random.Next(2) == 0 ? null : 1 + random.Next(1000),
            BytesPerSecond = random.Next(4) == 0 ? 16384 << random.Next(7) : null,
        };
        return ends && random.Next(2) == 0 ? rules with { LimitBytes = random.Next(262_144), AtLimit = (FaultEnd)random.Next(3) } : rules;
    }

    private static TimeSpan CheckTime(TimeSpan value, string name) => value >= TimeSpan.Zero && value <= s_longest
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} must be zero to one day.");

    private static long? CheckCount(long? value, int least, string name) => value is null || value >= least
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} must be at least {least}.");
}
