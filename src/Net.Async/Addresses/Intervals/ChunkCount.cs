using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Net.Async;

/// <summary>Counts in one chunk of an <see cref="IPv4Index"/>: its edges' last 16 bits, sorted.</summary>
/// <remarks>What is read behind the chunk is not counted: the sorted edges of this one are the first bits of the mask.</remarks>
internal static class ChunkCount
{
    /// <summary>Elements that are read behind the last chunk at most.</summary>
    public const int Padding = 16;

    // Four vectors are quicker than the halvings that would save three of them.
    private const int MostCompared = 64;

    /// <summary>How many of the chunk's edges are at or below the given one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int AtOrBelow(ref ushort chunk, int count, ushort low)
    {
        if (!Vector256.IsHardwareAccelerated)
            return Vector128.IsHardwareAccelerated ? Narrow(ref chunk, count, low) : Scalar(ref chunk, count, low);
        return count <= Vector256<ushort>.Count ? First(ref chunk, count, low) : Wide(ref chunk, count, low);
    }

    public static int Wide(ref ushort chunk, int count, ushort low)
    {
        var first = Halve(ref chunk, ref count, low, MostCompared);
        for (; count > Vector256<ushort>.Count; count -= Vector256<ushort>.Count)
        {
            var found = First(ref Unsafe.Add(ref chunk, first), Vector256<ushort>.Count, low);
            first += found;
            if (found < Vector256<ushort>.Count)
                return first;
        }

        return first + First(ref Unsafe.Add(ref chunk, first), count, low);
    }

    public static int Narrow(ref ushort chunk, int count, ushort low)
    {
        var first = Halve(ref chunk, ref count, low, MostCompared / 2);
        for (; count > 0; count -= Vector128<ushort>.Count)
        {
            var mask = Vector128.LessThanOrEqual(Vector128.LoadUnsafe(ref Unsafe.Add(ref chunk, first)), Vector128.Create(low)).AsByte().ExtractMostSignificantBits();
            var most = Math.Min(count, Vector128<ushort>.Count);
            var found = BitOperations.PopCount(mask & ((1u << (2 * most)) - 1)) / 2;
            first += found;
            if (found < most)
                break;
        }

        return first;
    }

    public static int Scalar(ref ushort chunk, int count, ushort low)
    {
        var first = Halve(ref chunk, ref count, low, 1);
        return first + (count == 1 && Unsafe.Add(ref chunk, first) <= low ? 1 : 0);
    }

    /// <summary>Counts in the first vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int First(ref ushort chunk, int count, ushort low)
    {
        // Bytes, two of them an edge: there is no instruction that gathers the bits of 16-bit lanes.
        var mask = Vector256.LessThanOrEqual(Vector256.LoadUnsafe(ref chunk), Vector256.Create(low)).AsByte().ExtractMostSignificantBits();
        return BitOperations.PopCount(mask & (uint)((1ul << (2 * count)) - 1)) / 2;
    }

    /// <summary>Goes to the half that the edge is in until few are left; returns how many lie before those.</summary>
    private static int Halve(ref ushort chunk, ref int count, ushort low, int most)
    {
        var first = 0;
        while (count > most)
        {
            var half = count >> 1;
            first += Unsafe.Add(ref chunk, first + half - 1) <= low ? half : 0;
            count -= half;
        }

        return first;
    }
}
