using System.Diagnostics;
using System.Net;

namespace Net.Async.Load;

/// <summary>When the next connect is due at a fixed rate, and from which address: each in turn, beginning with 127.0.0.10.</summary>
internal sealed class DialSchedule(double perSecond, int sources)
{
    private const int FirstSource = 10;

    private readonly SocketAddress[] _sources =
        [.. Enumerable.Range(FirstSource, sources).Select(static last => new IPEndPoint(new IPAddress([127, 0, 0, (byte)last]), 0).Serialize())];

    private readonly double _ticks = Stopwatch.Frequency / perSecond;
    private readonly long _start = Stopwatch.GetTimestamp();
    private long _taken;

    private long NextDue => _start + (long)(_taken * _ticks);

    /// <summary>Whole milliseconds until the next is due, at most so many; the last part of one is 0, so that no connect is late by a timer's step.</summary>
    public int MillisecondsLeft(int most) => (int)Math.Clamp(Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), NextDue).TotalMilliseconds, 0, most);

    /// <summary>Takes the next connect when it is due, and says since when.</summary>
    public bool TryTake(out SocketAddress source, out long due)
    {
        source = _sources[_taken % _sources.Length];
        due = NextDue;
        if (due > Stopwatch.GetTimestamp())
            return false;
        _taken++;
        return true;
    }
}
