using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Net.Async;

/// <summary>Eight sorted keys of an <see cref="IPv6Index"/>.</summary>
internal static class KeyNode
{
    public const int Size = 8;

    /// <summary>How many of the eight are at or below the key.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int AtOrBelow(ref long node, long key) =>
        Vector256.IsHardwareAccelerated ? Wide(ref node, key) : Vector128.IsHardwareAccelerated ? Narrow(ref node, key) : Scalar(ref node, key);

    // There is an instruction for "greater than" only.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Wide(ref long node, long key)
    {
        var wanted = Vector256.Create(key);
        var left = Vector256.GreaterThan(Vector256.LoadUnsafe(ref node), wanted).ExtractMostSignificantBits();
        var right = Vector256.GreaterThan(Vector256.LoadUnsafe(ref node, 4), wanted).ExtractMostSignificantBits();
        return Size - BitOperations.PopCount(left | (right << 4));
    }

    public static int Narrow(ref long node, long key)
    {
        var wanted = Vector128.Create(key);
        var mask = 0u;
        for (var i = 0; i < Size; i += Vector128<long>.Count)
            mask |= Vector128.GreaterThan(Vector128.LoadUnsafe(ref node, (nuint)i), wanted).ExtractMostSignificantBits() << i;
        return Size - BitOperations.PopCount(mask);
    }

    public static int Scalar(ref long node, long key)
    {
        var count = 0;
        for (var i = 0; i < Size; i++)
            count += Unsafe.Add(ref node, i) <= key ? 1 : 0;
        return count;
    }
}
