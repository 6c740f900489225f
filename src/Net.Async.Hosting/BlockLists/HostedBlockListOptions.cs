namespace Net.Async;

/// <summary>How a block list of a host is kept up to date. Every value is checked where it is set.</summary>
public sealed record HostedBlockListOptions
{
    private static readonly TimeSpan s_shortest = TimeSpan.FromSeconds(1), s_longest = TimeSpan.FromDays(30);

    /// <summary>Sets the defaults.</summary>
    public HostedBlockListOptions()
    {
    }

    private HostedBlockListOptions(HostedBlockListOptions other)
    {
        (Interval, RetryInterval, Timeout, MaxAge) = (other.Interval, other.RetryInterval, other.Timeout, other.MaxAge);
        (StartEmpty, WatchFile, RememberRules, Load) = (other.StartEmpty, other.WatchFile, other.RememberRules, other.Load);
    }

    /// <summary>How long after a loading that succeeded the next one begins.</summary>
    /// <value>Default: 1 h; 1 s to 30 days.</value>
    public TimeSpan Interval { get; set => field = Check(value, nameof(Interval)); } = TimeSpan.FromHours(1);

    /// <summary>How long after a loading that failed the next one begins, where that is sooner than <see cref="Interval"/>.</summary>
    /// <value>Default: 1 min; 1 s to 30 days.</value>
    public TimeSpan RetryInterval { get; set => field = Check(value, nameof(RetryInterval)); } = TimeSpan.FromMinutes(1);

    /// <summary>How long one loading may take, the answer's body included.</summary>
    /// <value>Default: 1 min; 1 s to 30 days.</value>
    public TimeSpan Timeout { get; set => field = Check(value, nameof(Timeout)); } = TimeSpan.FromMinutes(1);

    /// <summary>How old the list may be before its health entry is degraded.</summary>
    /// <value>Default: null, three intervals; 1 s to 30 days.</value>
    public TimeSpan? MaxAge { get; set => field = value is { } age ? Check(age, nameof(MaxAge)) : null; }

    /// <summary>Lets the host start with an empty list when the first loading fails. An empty list denies no client.</summary>
    /// <value>Default: false, the host's start fails: a server whose list is missing would let in everything that the list is to deny.</value>
    public bool StartEmpty { get; set; }

    /// <summary>Loads a file when it changes, beside the interval. What replaces a directory or a link above the file is seen at the interval.</summary>
    /// <value>Default: true. It has no effect on a list that is requested.</value>
    public bool WatchFile { get; set; } = true;

    /// <summary>As <see cref="BlockList.RememberRules"/>: false keeps feeds of millions small.</summary>
    /// <value>Default: true.</value>
    public bool RememberRules { get; set; } = true;

    /// <summary>How a list is read, how large it may be, and how much shorter than the one it replaces.</summary>
    /// <value>Default: half of the rules may go (<see cref="BlockListLoadOptions.MaxShrinkRatio"/>), 256 MiB. Never null. The value is copied when it is set.</value>
    public BlockListLoadOptions Load { get; set => field = (value ?? throw new ArgumentNullException(nameof(Load))) with { }; } = new();

    private static TimeSpan Check(TimeSpan value, string name) => value >= s_shortest && value <= s_longest
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} must be 1 s to 30 days.");
}
