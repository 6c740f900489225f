using System.Numerics;
using Xunit.Abstractions;

namespace Net.Async.Tests;

public class IntervalSetTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(20)]
    [InlineData(400)]
    [InlineData(3000)]
    public void AddAndRewrite_RandomIPv4Changes_HoldWhatTheLastOneSays(int changes)
    {
        var random = Seed.Start(output);
        Check<uint, IPv4Index>(changes, random, () => RandomEdges.IPv4(random), static random => (uint)random.Next(1 << random.Next(1, 24)));
    }

    [Theory]
    [InlineData(20)]
    [InlineData(400)]
    [InlineData(3000)]
    public void AddAndRewrite_RandomIPv6Changes_HoldWhatTheLastOneSays(int changes)
    {
        var random = Seed.Start(output);
        Check<UInt128, IPv6Index>(changes, random, () => RandomEdges.IPv6(random), static random => (UInt128)random.NextInt64() << random.Next(60));
    }

    [Fact]
    public void Add_WholeSpace_HasOneEdge()
    {
        var set = IntervalSet<uint, IPv4Index>.Empty.Add(new(5, 9)).Add(new(0, uint.MaxValue));

        Assert.Equal((1, 1), (set.EdgeCount, set.Count));
        Assert.True(set.Contains(0) && set.Contains(uint.MaxValue));
        Assert.Equal(0, set.Rewrite(new(0, uint.MaxValue), []).EdgeCount);
    }

    [Fact]
    public void Add_WhatIsThereAlready_ChangesNothing()
    {
        var set = IntervalSet<uint, IPv4Index>.Empty.Add(new(5, 9));

        Assert.Same(set, set.Add(new(6, 9)));
        Assert.Same(set, set.Rewrite(new(20, 30), []));
    }

    private static void Check<T, TIndex>(int changes, Random random, Func<T> address, Func<Random, T> length)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
        where TIndex : struct, IEdgeIndex<TIndex, T>
    {
        var set = IntervalSet<T, TIndex>.Empty;
        var model = new List<(Interval<T> Interval, bool IsAdded)>();
        for (var change = 0; change < changes; change++)
        {
            var start = address();
            var end = T.Min(start, T.MaxValue - length(random)) is var from && random.Next(3) == 0 ? start : from + length(random);
            var interval = new Interval<T>(T.Min(start, end), T.Max(start, end));
            var isAdded = random.Next(3) > 0;
            model.Add((interval, isAdded));
            set = isAdded ? set.Add(interval) : set.Rewrite(interval, []);
            Assert.All(RandomEdges.Around(interval.Start).Concat(RandomEdges.Around(interval.End)), probe => Assert.Equal(Holds(model, probe), set.Contains(probe)));
        }

        foreach (var probe in model.SelectMany(static change => RandomEdges.Around(change.Interval.Start).Concat(RandomEdges.Around(change.Interval.End))))
            Assert.True(Holds(model, probe) == set.Contains(probe), $"{probe:x} is {(set.Contains(probe) ? "held" : "free")}");
        var edges = set.Edges();
        Assert.Equal(edges.Distinct().Order(), edges);
        Assert.Equal(edges.Length, set.EdgeCount);
        Assert.Equal(edges, EdgeList.Of<Interval<T>, T>(EdgeList.Intervals<T>(edges)));
    }

    private static bool Holds<T>(List<(Interval<T> Interval, bool IsAdded)> model, T address)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T> =>
        model.FindLast(change => change.Interval.Start <= address && address <= change.Interval.End).IsAdded;
}
