using System.Buffers.Binary;
using System.Net;

namespace Net.Async.Benchmarks;

/// <summary>Rules and questions: random, the same on every run.</summary>
internal static class BlockListData
{
    /// <summary>Questions of one pass, all different: no branch predictor and no small cache knows them by heart.</summary>
    public const int Questions = 1 << 20;

    /// <summary>Different random addresses.</summary>
    public static uint[] Addresses(int count)
    {
        var random = new Random(count);
        var addresses = new HashSet<uint>(count);
        while (addresses.Count < count)
            addresses.Add((uint)random.NextInt64(1L << 32));
        return [.. addresses];
    }

    /// <summary>Random addresses that the set has not.</summary>
    public static uint[] Misses(HashSet<uint> set)
    {
        var random = new Random(-set.Count);
        var misses = new uint[Questions];
        for (var i = 0; i < misses.Length;)
        {
            if ((uint)random.NextInt64(1L << 32) is var address && !set.Contains(address))
                misses[i++] = address;
        }

        return misses;
    }

    /// <summary>Addresses that the set has, in random order.</summary>
    public static uint[] Hits(uint[] addresses)
    {
        var random = new Random(addresses.Length);
        var hits = new uint[Questions];
        foreach (ref var hit in hits.AsSpan())
            hit = addresses[random.Next(addresses.Length)];
        return hits;
    }

    /// <summary>Random /48 networks of global unicast, 2000::/3; spread evenly, or in the /12 blocks that registries really give out.</summary>
    public static IPNetwork[] Networks(int count, bool likeRegistries)
    {
        var random = new Random(count);
        return [.. Enumerable.Range(0, count).Select(_ => new IPNetwork(Address(Global(random, likeRegistries) & ~0xfffful, 0), 48))];
    }

    /// <summary>Random addresses of the same blocks.</summary>
    public static UInt128[] WideQuestions(bool likeRegistries)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, Questions).Select(_ => new UInt128(Global(random, likeRegistries), (ulong)random.NextInt64()))];
    }

    private static ulong Global(Random random, bool likeRegistries)
    {
        ulong[] blocks = [0x2001, 0x2400, 0x2600, 0x2800, 0x2a00, 0x2c00];
        var address = (ulong)random.NextInt64(1L << 61);
        return likeRegistries ? (blocks[random.Next(blocks.Length)] << 48) | (address & 0x000f_ffff_ffff_fffful) : address | (1ul << 61);
    }

    private static IPAddress Address(ulong high, ulong low)
    {
        var bytes = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, new UInt128(high, low));
        return new IPAddress(bytes);
    }
}
