using System.Diagnostics;

namespace Net.Async;

/// <summary>Whether a connection's code runs on the loop. One that has stood still goes to the thread pool until it has been quick for long enough.</summary>
/// <remarks>Without a way back a pause of the compiler or the collector would count for ever. Each stall doubles the way.</remarks>
internal struct Pace
{
    private const int FirstProof = 256, LongestProof = 1 << 20;

    private static readonly TimeSpan s_quick = TimeSpan.FromMilliseconds(1);

    private ConnectionScheduling _scheduling;
    private int _proof;
    private int _quick;
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

    /// <summary>Its code has kept a loop's thread for too long. The monitor says so.</summary>
    public void OnStalled()
    {
        if (_scheduling != ConnectionScheduling.EngineDefault)
            return;
        _proof = Math.Clamp(_proof * 2, FirstProof, LongestProof);
        Volatile.Write(ref _quick, 0);
        _goesToPool = true;
    }

    /// <summary>Its code has run on the thread pool, since this time stamp (<see cref="Stopwatch.GetTimestamp"/>).</summary>
    public void OnRun(long started)
    {
        if (!_goesToPool || _scheduling != ConnectionScheduling.EngineDefault)
            return;
        // One that was only kept waiting for a processor does not begin all over again.
        Volatile.Write(ref _quick, Stopwatch.GetElapsedTime(started) <= s_quick ? _quick + 1 : _quick / 2);
        if (_quick > _proof)
            _goesToPool = false;
    }
}
