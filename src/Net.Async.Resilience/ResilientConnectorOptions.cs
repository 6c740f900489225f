namespace Net.Async;

/// <summary>How a <see cref="ResilientConnector"/> tries again and when it gives up. Copy with <c>with</c>; every value is checked where it is set.</summary>
public sealed record ResilientConnectorOptions
{
    private static readonly TimeSpan s_leastLimit = TimeSpan.FromMilliseconds(10);

    /// <summary>The defaults, a new object each time: one that a configuration is bound to is shared with no other.</summary>
    public static ResilientConnectorOptions Default => new();

    /// <summary>How often a connect is tried at most, the first time included.</summary>
    /// <value>Default: 4; 1 (never again) to 100.</value>
    public int MaxAttempts { get; init => field = Bounds.Check(value, 1, 100); } = 4;

    /// <summary>How long to wait before the second attempt; each further wait is twice as long.</summary>
    /// <value>Default: 200 ms; 0 to 1 min.</value>
    public TimeSpan Delay { get; init => field = Bounds.Check(value, TimeSpan.Zero, TimeSpan.FromMinutes(1), "0 to 1 min"); } = TimeSpan.FromMilliseconds(200);

    /// <summary>How long one wait may become.</summary>
    /// <value>Default: 5 s; 1 ms to 1 h.</value>
    public TimeSpan MaxDelay { get; init => field = Bounds.Check(value, TimeSpan.FromMilliseconds(1), TimeSpan.FromHours(1), "1 ms to 1 h"); } = TimeSpan.FromSeconds(5);

    /// <summary>Spreads the waits at random around their lengths, so that many clients of one server do not come back all at once.</summary>
    /// <value>Default: true.</value>
    public bool Jitter { get; init; } = true;

    /// <summary>How long one attempt may take, look-up included.</summary>
    /// <value>Default: 10 s; 10 ms to one day.</value>
    public TimeSpan AttemptTimeout { get; init => field = Bounds.Check(value, s_leastLimit, TimeSpan.FromDays(1), "10 ms to one day"); } = TimeSpan.FromSeconds(10);

    /// <summary>How long everything may take: attempts and waits together.</summary>
    /// <value>Default: 1 min; 10 ms to one day.</value>
    public TimeSpan TotalTimeout { get; init => field = Bounds.Check(value, s_leastLimit, TimeSpan.FromDays(1), "10 ms to one day"); } = TimeSpan.FromMinutes(1);

    /// <summary>Which failures are worth another attempt, and count against a circuit.</summary>
    /// <value>Default: <see cref="TransientConnectionErrors.IsTransient"/>.</value>
    public Func<ConnectionException, bool> IsTransient { get; init => field = value ?? throw new ArgumentNullException(nameof(IsTransient)); } = TransientConnectionErrors.IsTransient;

    /// <summary>When an end point that only fails is left alone for a while.</summary>
    /// <value>Default: <see cref="CircuitOptions.Default"/>; null for never. What is set is copied.</value>
    public CircuitOptions? Circuit { get; init => field = value is null ? null : value with { }; } = new();

    /// <summary>How long the connector behind may take to come back once it was cancelled. After that it is left behind, and a connection that it still makes is aborted.</summary>
    /// <value>Default: 1 s; 0 to 1 min.</value>
    public TimeSpan CancelGrace { get; init => field = Bounds.Check(value, TimeSpan.Zero, TimeSpan.FromMinutes(1), "0 to 1 min"); } = TimeSpan.FromSeconds(1);

    /// <summary>Told of every failure that another attempt will follow, before the wait. It must not throw; what it throws ends the connect.</summary>
    /// <value>Default: null.</value>
    public IProgress<ConnectionException>? Retrying { get; init; }

    /// <summary>The clock of all waits and limits.</summary>
    /// <value>Default: the system's.</value>
    public TimeProvider TimeProvider { get; init => field = value ?? throw new ArgumentNullException(nameof(TimeProvider)); } = TimeProvider.System;
}
