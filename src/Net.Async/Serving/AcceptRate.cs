namespace Net.Async;

/// <summary>How many clients a server accepts a second: a bucket of tokens that is refilled with the time (RFC 2697 calls it a committed rate and a burst).</summary>
internal sealed class AcceptRate(int perSecond, int burst, TimeProvider time)
{
    private readonly Lock _lock = new();
    private double _tokens = burst;
    private long _filled = time.GetTimestamp();

    /// <summary>Null without a limit.</summary>
    public static AcceptRate? Of(ServerLimits limits, TimeProvider time) =>
        limits.AcceptsPerSecond is { } rate ? new(rate, limits.AcceptBurst ?? rate, time) : null;

    /// <summary>Takes a token; false when there is none, and then how long the next one takes.</summary>
    public bool TryTake(out TimeSpan wait)
    {
        lock (_lock)
        {
            var now = time.GetTimestamp();
            _tokens = Math.Min(burst, _tokens + (time.GetElapsedTime(_filled, now).TotalSeconds * perSecond));
            _filled = now;
            wait = TimeSpan.Zero;
            if (_tokens >= 1)
            {
                _tokens--;
                return true;
            }

            // Up to the next millisecond: a timer takes whole ones, and a shorter wait would be none.
            wait = TimeSpan.FromMilliseconds(Math.Ceiling((1 - _tokens) / perSecond * 1000));
            return false;
        }
    }
}
