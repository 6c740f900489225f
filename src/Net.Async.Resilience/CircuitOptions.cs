namespace Net.Async;

/// <summary>When a <see cref="ResilientConnector"/> stops asking an end point that only fails. Every value is checked where it is set.</summary>
/// <remarks>Every end point has a circuit of its own. While it is open a connect fails at once; after <see cref="BreakDuration"/> one connect may try, and decides whether it closes.</remarks>
public sealed record CircuitOptions
{
    private static readonly TimeSpan s_least = TimeSpan.FromMilliseconds(500);

    /// <summary>Which part of the attempts within <see cref="Window"/> has to fail for the circuit to open.</summary>
    /// <value>Default: 0.5; 0.01 to 1.</value>
    public double FailureRatio
    {
        get;
        set => field = value is >= 0.01 and <= 1 ? value : throw new ArgumentOutOfRangeException(nameof(FailureRatio), value, $"{nameof(FailureRatio)} must be 0.01 to 1.");
    } = 0.5;

    /// <summary>How many attempts within <see cref="Window"/> it takes before the ratio counts.</summary>
    /// <value>Default: 10; 2 to 1,000,000.</value>
    public int MinAttempts { get; set => field = Bounds.Check(value, 2, 1_000_000); } = 10;

    /// <summary>How far back attempts are counted.</summary>
    /// <value>Default: 30 s; 500 ms to one day.</value>
    public TimeSpan Window { get; set => field = Bounds.Check(value, s_least, TimeSpan.FromDays(1), "500 ms to one day"); } = TimeSpan.FromSeconds(30);

    /// <summary>How long an open circuit refuses every connect.</summary>
    /// <value>Default: 5 s; 500 ms to one day.</value>
    public TimeSpan BreakDuration { get; set => field = Bounds.Check(value, s_least, TimeSpan.FromDays(1), "500 ms to one day"); } = TimeSpan.FromSeconds(5);

    /// <summary>How many end points have a circuit at a time; the one not asked for longest makes room, and starts anew when it is asked again. One is about 3 KiB.</summary>
    /// <value>Default: 1024; 1 to 1,048,576.</value>
    public int MaxEndPoints { get; set => field = Bounds.Check(value, 1, 1 << 20); } = 1024;
}
