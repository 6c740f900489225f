namespace Net.Async;

/// <summary>What a <see cref="DnsStubResolver"/> keeps, and for how long.</summary>
public sealed record DnsCacheOptions
{
    /// <summary>How many answers are kept: one is a name in one family. The one that was not used for longest makes room.</summary>
    /// <value>Default: 1024; 0 (nothing is kept) to 1,048,576.</value>
    public int Limit { get; set => field = DnsBounds.Check(value, 0, 1 << 20); } = 1024;

    /// <summary>Keeps addresses for at least this long, whatever their name server says.</summary>
    /// <value>Default: 0; to 1 min.</value>
    public TimeSpan MinTtl { get; set => field = DnsBounds.Check(value, TimeSpan.Zero, TimeSpan.FromMinutes(1), "0 to 1 min"); } = TimeSpan.Zero;

    /// <summary>Keeps addresses for at most this long, whatever their name server says.</summary>
    /// <value>Default: 1 day; 1 min to 7 days.</value>
    public TimeSpan MaxTtl { get; set => field = DnsBounds.Check(value, TimeSpan.FromMinutes(1), TimeSpan.FromDays(7), "1 min to 7 days"); } = TimeSpan.FromDays(1);

    /// <summary>Keeps the answer that there is no address for at most this long. Its name server says how long (RFC 2308, 5); one that does not say is not kept.</summary>
    /// <value>Default: 5 min; 0 (not kept) to 3 h.</value>
    public TimeSpan MaxNegativeTtl { get; set => field = DnsBounds.Check(value, TimeSpan.Zero, TimeSpan.FromHours(3), "0 to 3 h"); } = TimeSpan.FromMinutes(5);

    /// <summary>Keeps a failure (no server could tell) for this long: a caller who asks again meanwhile gets the same error, and no server is asked.</summary>
    /// <value>Default: 1 s, the least that RFC 9520, 3.2 demands; 0 (not kept) to 5 min, its most.</value>
    public TimeSpan FailureTtl { get; set => field = DnsBounds.Check(value, TimeSpan.Zero, TimeSpan.FromMinutes(5), "0 to 5 min"); } = TimeSpan.FromSeconds(1);

    /// <summary>How long a query whose callers have all gone waits for its answer, to keep it (RFC 8305, 5). It sends nothing more meanwhile.</summary>
    /// <value>Default: 1 s; 0 (ends with its last caller) to 10 s.</value>
    public TimeSpan Linger { get; set => field = DnsBounds.Check(value, TimeSpan.Zero, TimeSpan.FromSeconds(10), "0 to 10 s"); } = TimeSpan.FromSeconds(1);
}
