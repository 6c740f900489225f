using System.Diagnostics;

namespace Net.Async.Load;

/// <summary>When each connection's messages are due at a fixed rate: in turn, evenly spread. A late answer delays no other message's due time.</summary>
internal sealed class FixedRate(double perSecond, int connections)
{
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly double _ticks = Stopwatch.Frequency / perSecond;
    private readonly long[] _sent = new long[connections];

    /// <summary>Takes the connection's next message when it is due, and says since when.</summary>
    public bool TryTake(int index, long now, out long due)
    {
        due = _start + (long)((index + (_sent[index] * connections)) * _ticks);
        if (due > now)
            return false;
        _sent[index]++;
        return true;
    }
}
