namespace Net.Async;

/// <summary>A rate below which a peer is too slow, and how long it is not judged.</summary>
public sealed record MinDataRate
{
    /// <summary>Sets both values.</summary>
    /// <param name="bytesPerSecond">As <see cref="BytesPerSecond"/>.</param>
    /// <param name="gracePeriod">As <see cref="GracePeriod"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its bounds.</exception>
    public MinDataRate(long bytesPerSecond, TimeSpan gracePeriod) => (BytesPerSecond, GracePeriod) = (bytesPerSecond, gracePeriod);

    /// <summary>The lowest average that is fast enough, in bytes per second.</summary>
    /// <value>At least 1.</value>
    public long BytesPerSecond
    {
        get;
        init => field = value >= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(BytesPerSecond), value, $"{nameof(BytesPerSecond)} must be at least 1.");
    }

    /// <summary>How long the wait lasts before the average is judged. It counts in the average.</summary>
    /// <value>1 ms to one day.</value>
    public TimeSpan GracePeriod { get; init => field = TimeBounds.Check(value, nameof(GracePeriod)); }

    /// <summary>The rate and the grace period, as error messages have them.</summary>
    public override string ToString() => $"{BytesPerSecond} bytes per second after {GracePeriod}";
}
