using Xunit.Abstractions;

namespace Net.Async.Tests;

public class EdgeListTests(ITestOutputHelper output)
{
    [Fact]
    public void Of_IntervalsThatTouchOrOverlap_IsOneInterval()
    {
        Assert.Equal([1u, 10u], Of((1, 3), (4, 9), (5, 6)));
        Assert.Equal([1u, 4u, 5u, 10u], Of((1, 3), (5, 9)));
        Assert.Equal([0u], Of((0, uint.MaxValue)));
        Assert.Equal([0u], Of((0, 4), (5, uint.MaxValue), (7, 8), (uint.MaxValue, uint.MaxValue)));
        Assert.Equal([uint.MaxValue], Of((uint.MaxValue, uint.MaxValue)));
        Assert.Empty(Of());
    }

    [Fact]
    public void Intervals_OfEdges_AreTheIntervalsAgain()
    {
        Assert.Equal([new(1, 3), new(5, 9), new(11, uint.MaxValue)], EdgeList.Intervals<uint>([1, 4, 5, 10, 11]));
        Assert.Empty(EdgeList.Intervals<uint>([]));
    }

    [Fact]
    public void Combine_RandomSets_IsAddressByAddress()
    {
        var random = Seed.Start(output);
        for (var round = 0; round < 2000; round++)
        {
            uint[] left = RandomEdges.Sorted(random.Next(12), () => (uint)random.Next(40)), right = RandomEdges.Sorted(random.Next(12), () => (uint)random.Next(40));

            AssertCombines(EdgeList.Combine<uint, Union>(left, right), x => Has(left, x) || Has(right, x));
            AssertCombines(EdgeList.Combine<uint, Without>(left, right), x => Has(left, x) && !Has(right, x));
            AssertCombines(EdgeList.Combine<uint, Difference>(left, right), x => Has(left, x) != Has(right, x));
            Assert.Equal(EdgeList.Combine<uint, Difference>(left, right), EdgeList.Toggle<uint>(left, right));
        }
    }

    [Fact]
    public void Sort_RandomIntervals_IsTheOrderOfStartAndEnd()
    {
        var random = Seed.Start(output);
        foreach (var count in (int[])[0, 1, 100, 4095, 4096, 50_000])
        {
            var items = Enumerable.Range(0, count + 5).Select(_ => new Interval<uint>(RandomEdges.IPv4(random), (uint)random.NextInt64(1L << 32))).ToArray();
            var wide = Enumerable.Range(0, count + 5).Select(_ => new Interval<UInt128>(RandomEdges.IPv6(random), (UInt128)random.Next())).ToArray();
            Interval<uint>[] expected = [.. items.Take(count).Order(), .. items.Skip(count)];
            Interval<UInt128>[] expectedWide = [.. wide.Take(count).Order(), .. wide.Skip(count)];

            IntervalSort.Sort<Interval<uint>, uint>(items, count);
            IntervalSort.Sort<Interval<UInt128>, UInt128>(wide, count);

            Assert.Equal(expected, items);
            Assert.Equal(expectedWide, wide);
        }
    }

    private static uint[] Of(params (uint Start, uint End)[] intervals) =>
        EdgeList.Of<Interval<uint>, uint>(intervals.Select(static interval => new Interval<uint>(interval.Start, interval.End)).ToArray());

    private static bool Has(uint[] edges, uint address) => edges.Count(edge => edge <= address) % 2 != 0;

    private static void AssertCombines(uint[] edges, Func<uint, bool> expected)
    {
        for (var address = 0u; address < 45; address++)
            Assert.Equal(expected(address), Has(edges, address));
        Assert.Equal(edges.Distinct().Order(), edges);
    }
}
