namespace Net.Async.Testing;

/// <summary>Faults over any transport, by command or from a seed: delay, throttle, slices, hold, cut, reset, half-open and limits, each direction on its own.</summary>
/// <remarks>
/// <para>One injector is over as many streams as are given to it, and a command concerns all of them; to break one of several, give it an injector of its own.
/// For connectors and servers over sockets set <see cref="ConnectionOptions.Decorate"/> to <see cref="Over(TransportStream)"/>.</para>
/// <para>Bytes under way are bounded by the buffer's size in each direction of each stream; beyond it the sender waits. Safe to use from any thread.</para>
/// </remarks>
public sealed class FaultInjector : IDisposable
{
    private readonly Lock _lock = new();
    private readonly HashSet<FaultStream> _streams = [];
    private readonly TimeProvider _time;
    private readonly int _seed;
    private readonly int _bufferSize;
    private readonly bool _ends;
    private int _made;
    private bool _isDisposed;

    /// <summary>Makes one without a fault.</summary>
    /// <param name="time">The clock of delays and throttles; null for the system's.</param>
    /// <param name="seed">What jitter and slices are drawn from: the same seed, the same numbers.</param>
    /// <param name="bufferSize">How many bytes each direction of a stream holds back at most. Default: 64 KiB; at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The buffer has no room.</exception>
    public FaultInjector(TimeProvider? time = null, int seed = 0, int bufferSize = 65536)
        : this(time, seed, bufferSize, FaultRules.None, ends: false)
    {
    }

    private FaultInjector(TimeProvider? time, int seed, int bufferSize, FaultRules? rules, bool ends)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bufferSize, 1);
        (_time, _seed, _bufferSize, _ends) = (time ?? TimeProvider.System, seed, bufferSize, ends);
        (Sending, Receiving) = (new FaultDirection(rules), new FaultDirection(rules));
    }

    /// <summary>What this side sends.</summary>
    public FaultDirection Sending { get; }

    /// <summary>What this side receives.</summary>
    public FaultDirection Receiving { get; }

    /// <summary>Makes one that draws rules of its own for each direction of each stream, as <see cref="FaultRules.FromSeed"/> does.</summary>
    /// <param name="seed">The same seed draws the same rules for the first stream, for the second, and so on.</param>
    /// <param name="time">The clock of delays and throttles; null for the system's.</param>
    /// <param name="ends">Whether directions also end early.</param>
    public static FaultInjector FromSeed(int seed, TimeProvider? time = null, bool ends = false) => new(time, seed, 65536, rules: null, ends);

    /// <summary>Puts the faults over a stream.</summary>
    /// <param name="stream">A connected stream. It belongs to the returned one.</param>
    /// <returns>A stream that has the same capabilities and addresses.</returns>
    /// <exception cref="ObjectDisposedException">The injector is disposed.</exception>
    public TransportStream Over(TransportStream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            var seed = unchecked((_seed * 1_000_003) + (2 * _made++));
            var over = new FaultStream(stream, Link(Sending, seed), Link(Receiving, unchecked(seed + 1)), Remove);
            _streams.Add(over);
            return over;
        }
    }

    /// <summary>Puts the faults over every stream that a listener accepts.</summary>
    /// <param name="listener">A bound listener. It belongs to the returned one.</param>
    public TransportListener Over(TransportListener listener)
    {
        ArgumentNullException.ThrowIfNull(listener);
        return new FaultListener(listener, Over);
    }

    /// <summary>Lets nothing pass in either direction until <see cref="Release"/>, also in streams that come; see <see cref="FaultDirection.Hold"/>.</summary>
    public void Hold()
    {
        Sending.Hold();
        Receiving.Hold();
    }

    /// <summary>Lets pass what was held back, and what comes.</summary>
    public void Release()
    {
        Sending.Release();
        Receiving.Release();
    }

    /// <summary>Pulls the cable of the streams that are there, for good. This side's sends are taken up to the buffer's size, then they wait; its close and its reset do not reach the peer.</summary>
    public void Cut()
    {
        Sending.Cut();
        Receiving.Cut();
    }

    /// <summary>Resets the streams that are there: both sides see a reset, behind what has arrived. A direction that is cut is left as it is.</summary>
    public void Reset() => Each(static stream => stream.Break());

    /// <summary>The peer has gone and has not said so: in the streams that are there, what this side sends is taken and vanishes, and nothing comes.</summary>
    public void HalfOpen() => Each(static stream => stream.HalfOpen());

    /// <summary>Resets every stream that is still open below, those too that are closed here and whose end the peer was not to see.</summary>
    public void Dispose()
    {
        lock (_lock)
            _isDisposed = true;
        Each(static stream => stream.Kill());
    }

    private FaultLink Link(FaultDirection direction, int seed) => new(direction, direction.Rules is null ? FaultRules.FromSeed(seed, _ends) : FaultRules.None, _time, seed, _bufferSize);

    private void Each(Action<FaultStream> action)
    {
        FaultStream[] streams;
        lock (_lock)
            streams = [.. _streams];
        Array.ForEach(streams, action);
    }

    private void Remove(FaultStream stream)
    {
        lock (_lock)
            _streams.Remove(stream);
    }
}
