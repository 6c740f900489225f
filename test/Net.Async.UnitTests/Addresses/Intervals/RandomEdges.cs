using System.Numerics;

namespace Net.Async.Tests;

/// <summary>Addresses as hostile lists have them: lone, in dense heaps, and at the ends of the space.</summary>
internal static class RandomEdges
{
    public static uint IPv4(Random random) => random.Next(8) switch
    {
        0 => 0x0a000000 + (uint)random.Next(5000),
        1 => (uint)random.Next(3),
        2 => uint.MaxValue - (uint)random.Next(3),
        3 => (uint)random.Next(1 << 16) << 16,
        _ => (uint)random.NextInt64(1L << 32),
    };

    public static UInt128 IPv6(Random random) => random.Next(8) switch
    {
        0 => new UInt128(0x2001_0db8_0000_0000, (ulong)random.Next(5000)),
        1 => (UInt128)random.Next(3),
        2 => UInt128.MaxValue - (UInt128)random.Next(3),
        3 => new UInt128(ulong.MaxValue, (ulong)random.NextInt64()),
        4 => new UInt128(0, 0xffff_0000_0000ul + (ulong)random.NextInt64(-2, 1L << 32)),
        5 => new UInt128(0x2001_0db8_0000_0000 + (ulong)random.Next(5000), 0),
        6 => new UInt128((ulong)random.NextInt64(1 << 30) << 31, 0),
        _ => new UInt128((ulong)random.NextInt64(), (ulong)random.NextInt64()),
    };

    /// <summary>Sorted, each once.</summary>
    public static T[] Sorted<T>(int count, Func<T> next)
        where T : IBinaryInteger<T> => [.. Enumerable.Range(0, count).Select(_ => next()).Distinct().Order()];

    /// <summary>An address, the one before and the one after, as far as they exist.</summary>
    public static IEnumerable<T> Around<T>(T address)
        where T : IBinaryInteger<T>, IMinMaxValue<T>
    {
        if (address != T.MinValue)
            yield return address - T.One;
        yield return address;
        if (address != T.MaxValue)
            yield return address + T.One;
    }
}
