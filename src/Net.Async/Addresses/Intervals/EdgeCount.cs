using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Net.Async;

/// <summary>Counts in a short list of IPv4 edges, by comparing with all of them.</summary>
internal static class EdgeCount
{
    /// <summary>A list is read in whole vectors.</summary>
    public static int PaddedLength(int count) => (count + Vector256<uint>.Count - 1) & -Vector256<uint>.Count;

    /// <summary>How many of the padded list are at or below the address.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int AtOrBelow(uint[] list, uint address) =>
        Vector256.IsHardwareAccelerated ? Wide(list, address) : Vector128.IsHardwareAccelerated ? Narrow(list, address) : Scalar(list, address);

    public static int Wide(uint[] list, uint address)
    {
        ref var first = ref MemoryMarshal.GetArrayDataReference(list);
        var wanted = Vector256.Create(address);
        // A lane that holds is minus one.
        var counts = Vector256<uint>.Zero;
        for (var i = 0; i < list.Length; i += Vector256<uint>.Count)
            counts -= Vector256.LessThanOrEqual(Vector256.LoadUnsafe(ref first, (nuint)i), wanted);
        return (int)Vector256.Sum(counts);
    }

    public static int Narrow(uint[] list, uint address)
    {
        ref var first = ref MemoryMarshal.GetArrayDataReference(list);
        var wanted = Vector128.Create(address);
        var counts = Vector128<uint>.Zero;
        for (var i = 0; i < list.Length; i += Vector128<uint>.Count)
            counts -= Vector128.LessThanOrEqual(Vector128.LoadUnsafe(ref first, (nuint)i), wanted);
        return (int)Vector128.Sum(counts);
    }

    public static int Scalar(uint[] list, uint address)
    {
        var count = 0;
        foreach (var edge in list)
            count += edge <= address ? 1 : 0;
        return count;
    }
}
