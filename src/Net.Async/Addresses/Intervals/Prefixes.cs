using System.Net;
using System.Numerics;

namespace Net.Async;

/// <summary>Intervals as networks.</summary>
internal static class Prefixes
{
    /// <summary>The fewest networks that cover the intervals and nothing else, in order.</summary>
    public static IEnumerable<IPNetwork> Of<T>(IEnumerable<Interval<T>> intervals)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T> => intervals.SelectMany(Of);

    private static IEnumerable<IPNetwork> Of<T>(Interval<T> interval)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        var isIPv4 = typeof(T) == typeof(uint);
        var width = isIPv4 ? 32 : 128;
        var start = interval.Start;
        while (true)
        {
            var hostBits = HostBits(start, interval.End, width);
            yield return new IPNetwork(new AddressBits(UInt128.CreateTruncating(start), isIPv4).ToIPAddress(), width - hostBits);
            var last = hostBits == width ? T.MaxValue : start + ((T.One << hostBits) - T.One);
            if (last == interval.End)
                yield break;
            start = last + T.One;
        }
    }

    /// <summary>As many as the start is aligned to, and as the interval has room for.</summary>
    private static int HostBits<T>(T start, T end, int width)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        var aligned = start == T.Zero ? width : int.CreateTruncating(T.TrailingZeroCount(start));
        var size = end - start;
        var room = size == T.MaxValue ? width : width - 1 - int.CreateTruncating(T.LeadingZeroCount(size + T.One));
        return Math.Min(aligned, room);
    }
}
