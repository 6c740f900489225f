using System.Diagnostics;

namespace Net.Async;

/// <summary>Whether a connection's code runs on the loop. A stall demotes it to the thread pool; quick runs there promote it again.</summary>
/// <remarks>Without a promotion a pause of the compiler or the collector would count for ever. Each stall doubles the number of runs that it takes.</remarks>
internal struct StallBackoff
{
    private const int FirstThreshold = 256, HighestThreshold = 1 << 20;

    private static readonly TimeSpan s_quickRun = TimeSpan.FromMilliseconds(1);

    private ConnectionScheduling _scheduling;
    private int _threshold;
    private int _quickRuns;
    private volatile bool _goesToPool;

    public readonly bool GoesToPool => _goesToPool;

    public ConnectionScheduling Scheduling
    {
        set
        {
            _scheduling = value;
            _goesToPool = value == ConnectionScheduling.ThreadPool;
        }
    }

    /// <summary>Its code has kept a loop's thread for too long, says the monitor.</summary>
    public void OnStalled()
    {
        if (_scheduling != ConnectionScheduling.EngineDefault)
            return;
        _threshold = Math.Clamp(_threshold * 2, FirstThreshold, HighestThreshold);
        Volatile.Write(ref _quickRuns, 0);
        _goesToPool = true;
    }

    /// <summary>Its code has run on the thread pool, since this time stamp (<see cref="Stopwatch.GetTimestamp"/>).</summary>
    public void OnRun(long started)
    {
        if (!_goesToPool || _scheduling != ConnectionScheduling.EngineDefault)
            return;
        // One that was only kept waiting for a processor does not begin all over again.
        Volatile.Write(ref _quickRuns, Stopwatch.GetElapsedTime(started) <= s_quickRun ? _quickRuns + 1 : _quickRuns / 2);
        if (_quickRuns > _threshold)
            _goesToPool = false;
    }
}
