namespace Net.Async;

/// <summary>How a <see cref="ResilientConnector"/> tries again and when it gives up. Every value is checked where it is set.</summary>
public sealed record ResilientConnectorOptions
{
    private static readonly TimeSpan s_leastLimit = TimeSpan.FromMilliseconds(10);

    /// <summary>Sets the defaults.</summary>
    public ResilientConnectorOptions()
    {
    }

    // A copy has a child of its own.
    private ResilientConnectorOptions(ResilientConnectorOptions other)
    {
        (MaxAttempts, Delay, MaxDelay, Jitter) = (other.MaxAttempts, other.Delay, other.MaxDelay, other.Jitter);
        (AttemptTimeout, TotalTimeout, IsTransient, Circuit) = (other.AttemptTimeout, other.TotalTimeout, other.IsTransient, other.Circuit);
        (CancelGrace, Retrying, TimeProvider) = (other.CancelGrace, other.Retrying, other.TimeProvider);
    }

    /// <summary>How often a connect is tried at most, the first time included.</summary>
    /// <value>Default: 4; 1 (never again) to 100.</value>
    public int MaxAttempts { get; set => field = Bounds.Check(value, 1, 100); } = 4;

    /// <summary>How long to wait before the second attempt; each further wait is twice as long.</summary>
    /// <value>Default: 200 ms; 0 to 1 min.</value>
    public TimeSpan Delay { get; set => field = Bounds.Check(value, TimeSpan.Zero, TimeSpan.FromMinutes(1), "0 to 1 min"); } = TimeSpan.FromMilliseconds(200);

    /// <summary>How long one wait may become.</summary>
    /// <value>Default: 5 s; 1 ms to 1 h.</value>
    public TimeSpan MaxDelay { get; set => field = Bounds.Check(value, TimeSpan.FromMilliseconds(1), TimeSpan.FromHours(1), "1 ms to 1 h"); } = TimeSpan.FromSeconds(5);

    /// <summary>Spreads the waits at random around their lengths, so that many clients of one server do not come back all at once.</summary>
    /// <value>Default: true.</value>
    public bool Jitter { get; set; } = true;

    /// <summary>How long one attempt may take, look-up included.</summary>
    /// <value>Default: 10 s; 10 ms to one day.</value>
    public TimeSpan AttemptTimeout { get; set => field = Bounds.Check(value, s_leastLimit, TimeSpan.FromDays(1), "10 ms to one day"); } = TimeSpan.FromSeconds(10);

    /// <summary>How long everything may take: attempts and waits together.</summary>
    /// <value>Default: 1 min; 10 ms to one day.</value>
    public TimeSpan TotalTimeout { get; set => field = Bounds.Check(value, s_leastLimit, TimeSpan.FromDays(1), "10 ms to one day"); } = TimeSpan.FromMinutes(1);

    /// <summary>Which failures are worth another attempt, and count against a circuit.</summary>
    /// <value>Default: <see cref="TransientConnectionErrors.IsTransient"/>.</value>
    public Func<ConnectionException, bool> IsTransient { get; set => field = value ?? throw new ArgumentNullException(nameof(IsTransient)); } = TransientConnectionErrors.IsTransient;

    /// <summary>When an end point that only fails is left alone for a while.</summary>
    /// <value>Default: <see cref="CircuitOptions"/>; null for never. The value is copied when it is set.</value>
    public CircuitOptions? Circuit { get; set => field = value is null ? null : value with { }; } = new();

    /// <summary>How long the connector behind may take to come back once it was cancelled. After that it is left behind, and a connection that it still makes is aborted.</summary>
    /// <value>Default: 1 s; 0 to 1 min.</value>
    public TimeSpan CancelGrace { get; set => field = Bounds.Check(value, TimeSpan.Zero, TimeSpan.FromMinutes(1), "0 to 1 min"); } = TimeSpan.FromSeconds(1);

    /// <summary>Gets every failure that another attempt will follow, before the wait. It must not throw; what it throws ends the connect.</summary>
    /// <value>Default: null.</value>
    public IProgress<ConnectionException>? Retrying { get; set; }

    /// <summary>The clock of all waits and limits.</summary>
    /// <value>Default: the system's.</value>
    public TimeProvider TimeProvider { get; set => field = value ?? throw new ArgumentNullException(nameof(TimeProvider)); } = TimeProvider.System;
}
