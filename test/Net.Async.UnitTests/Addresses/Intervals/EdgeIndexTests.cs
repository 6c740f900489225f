using System.Numerics;
using Xunit.Abstractions;

namespace Net.Async.Tests;

public class EdgeIndexTests(ITestOutputHelper output)
{
    public static TheoryData<int> Sizes => [0, 1, 2, 7, 8, 9, 63, 64, 65, 66, 500, 513, 5000, 100_000];

    [Theory]
    [MemberData(nameof(Sizes))]
    public void IPv4Rank_AroundEveryEdge_IsTheNumberOfEdgesUpToThere(int size)
    {
        var random = Seed.Start(output);
        Check<uint, IPv4Index>(RandomEdges.Sorted(size, () => RandomEdges.IPv4(random)), () => RandomEdges.IPv4(random));
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void IPv6Rank_AroundEveryEdge_IsTheNumberOfEdgesUpToThere(int size)
    {
        var random = Seed.Start(output);
        Check<UInt128, IPv6Index>(RandomEdges.Sorted(size, () => RandomEdges.IPv6(random)), () => RandomEdges.IPv6(random));
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void IPv6Rank_NothingBelowTheHighHalf_IsTheNumberOfEdgesUpToThere(int size)
    {
        var random = Seed.Start(output);
        Check<UInt128, IPv6Index>(RandomEdges.Sorted(size, () => RandomEdges.IPv6(random) >> 64 << 64), () => RandomEdges.IPv6(random));
    }

    [Theory]
    [InlineData(65_536)]
    [InlineData(1_200_000)]
    [InlineData(9_000_000)]
    public void IPv4Rank_EveryTableSize_IsTheNumberOfEdgesUpToThere(int size)
    {
        var step = uint.MaxValue / (uint)size;
        var edges = new uint[size];
        for (var i = 0; i < size; i++)
            edges[i] = ((uint)i * step) + 3;

        var index = IPv4Index.Build(edges);

        for (var i = 0; i < size; i += 97)
            Assert.Equal((i, i + 1, i + 1), (index.Rank(edges[i] - 1), index.Rank(edges[i]), index.Rank(edges[i] + 1)));
        Assert.Equal((0, size), (index.Rank(0), index.Rank(uint.MaxValue)));
        AssertCopies(index, edges, [0, size / 2, size - 1]);
    }

    // A chunk that holds every address of its 16 bits: the longest there can be.
    [Fact]
    public void IPv4Rank_FullChunk_IsTheNumberOfEdgesUpToThere() =>
        Check<uint, IPv4Index>([.. Enumerable.Range(0, 1 << 16).Select(static i => 0x01020000u + (uint)i), 0x05000000], static () => 0x01028000);

    private static void Check<T, TIndex>(T[] edges, Func<T> another)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
        where TIndex : struct, IEdgeIndex<TIndex, T>
    {
        var index = TIndex.Build(edges);

        Assert.Equal(edges.Length, index.Count);
        var probes = edges.SelectMany(RandomEdges.Around).Concat(Enumerable.Range(0, 1000).Select(_ => another())).Append(T.MinValue).Append(T.MaxValue);
        foreach (var probe in probes)
        {
            // The base class library's search, as a second opinion.
            var found = Array.BinarySearch(edges, probe);
            var expected = found >= 0 ? found + 1 : ~found;
            Assert.True(expected == index.Rank(probe), $"rank of {probe:x} is {index.Rank(probe)}, not {expected}");
            Assert.Equal(expected, EdgeList.Rank<T>(edges, probe));
        }

        AssertCopies(index, edges, [0, edges.Length / 3, edges.Length]);
    }

    private static void AssertCopies<T, TIndex>(TIndex index, T[] edges, int[] starts)
        where TIndex : struct, IEdgeIndex<TIndex, T>
    {
        foreach (var start in starts)
        {
            var copy = new T[edges.Length - start];
            index.CopyTo(start, copy);
            Assert.Equal(edges[start..], copy);
        }
    }
}
