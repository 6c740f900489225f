using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Net.Async;

/// <summary>Counts in one block of an <see cref="IPv6Index"/>: up to sixteen sorted distances, with as much room behind them.</summary>
internal static class DistanceCount
{
    /// <summary>How many of the block's distances are at or below the given one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int AtOrBelow(ref uint block, int count, uint distance) =>
        Vector256.IsHardwareAccelerated ? Wide(ref block, count, distance) : Vector128.IsHardwareAccelerated ? Narrow(ref block, count, distance) : Scalar(ref block, count, distance);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Wide(ref uint block, int count, uint distance)
    {
        var wanted = Vector256.Create(distance);
        var left = Vector256.LessThanOrEqual(Vector256.LoadUnsafe(ref block), wanted).ExtractMostSignificantBits();
        var right = Vector256.LessThanOrEqual(Vector256.LoadUnsafe(ref block, 8), wanted).ExtractMostSignificantBits();
        return BitOperations.PopCount((left | (right << 8)) & ((1u << count) - 1));
    }

    public static int Narrow(ref uint block, int count, uint distance)
    {
        var wanted = Vector128.Create(distance);
        var mask = 0u;
        for (var i = 0; i < count; i += Vector128<uint>.Count)
            mask |= Vector128.LessThanOrEqual(Vector128.LoadUnsafe(ref block, (nuint)i), wanted).ExtractMostSignificantBits() << i;
        return BitOperations.PopCount(mask & ((1u << count) - 1));
    }

    public static int Scalar(ref uint block, int count, uint distance)
    {
        var found = 0;
        while (found < count && Unsafe.Add(ref block, found) <= distance)
            found++;
        return found;
    }
}
