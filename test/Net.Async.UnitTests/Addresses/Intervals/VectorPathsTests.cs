using Xunit.Abstractions;

namespace Net.Async.Tests;

/// <summary>Every width of vectors, whichever of them this processor would choose.</summary>
public class VectorPathsTests(ITestOutputHelper output)
{
    [Fact]
    public void EdgeCount_EveryPath_CountsTheSame()
    {
        var random = Seed.Start(output);
        for (var round = 0; round < 2000; round++)
        {
            var edges = RandomEdges.Sorted(random.Next(65), () => RandomEdges.IPv4(random));
            var list = new uint[EdgeCount.PaddedLength(edges.Length)];
            Array.Fill(list, uint.MaxValue);
            edges.CopyTo(list, 0);
            var address = random.Next(2) == 0 && edges.Length > 0 ? edges[random.Next(edges.Length)] : RandomEdges.IPv4(random);

            var expected = list.Count(edge => edge <= address);

            Assert.Equal((expected, expected, expected), (EdgeCount.Wide(list, address), EdgeCount.Narrow(list, address), EdgeCount.Scalar(list, address)));
        }
    }

    [Theory]
    [InlineData(40)]
    [InlineData(300)]
    [InlineData(60_000)]
    public void ChunkCount_EveryPath_CountsTheSame(int most)
    {
        var random = Seed.Start(output);
        for (var round = 0; round < 500; round++)
        {
            var edges = RandomEdges.Sorted(random.Next(1, most), () => random.Next(most));
            // Behind the chunk is the next one, whose edges are of any size.
            var chunk = new ushort[edges.Length + ChunkCount.Padding];
            random.NextBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(chunk.AsSpan()));
            for (var i = 0; i < edges.Length; i++)
                chunk[i] = (ushort)edges[i];
            var low = (ushort)random.Next(most + 1);

            var expected = edges.Count(edge => edge <= low);

            Assert.Equal((expected, expected, expected), (ChunkCount.Wide(ref chunk[0], edges.Length, low), ChunkCount.Narrow(ref chunk[0], edges.Length, low), ChunkCount.Scalar(ref chunk[0], edges.Length, low)));
            Assert.Equal(expected, ChunkCount.AtOrBelow(ref chunk[0], edges.Length, low));
        }
    }

    [Fact]
    public void KeyNode_EveryPath_CountsTheSame()
    {
        var random = Seed.Start(output);
        for (var round = 0; round < 5000; round++)
        {
            var node = Enumerable.Range(0, KeyNode.Size).Select(_ => random.Next(3) == 0 ? long.MaxValue : random.NextInt64(long.MinValue, long.MaxValue)).Order().ToArray();
            var key = random.Next(2) == 0 ? node[random.Next(KeyNode.Size)] : random.NextInt64(long.MinValue, long.MaxValue);

            var expected = node.Count(other => other <= key);

            Assert.Equal((expected, expected, expected), (KeyNode.Wide(ref node[0], key), KeyNode.Narrow(ref node[0], key), KeyNode.Scalar(ref node[0], key)));
        }
    }

    [Fact]
    public void DistanceCount_EveryPath_CountsTheSame()
    {
        var random = Seed.Start(output);
        for (var round = 0; round < 5000; round++)
        {
            var count = random.Next(1, 17);
            uint[] block = [.. Enumerable.Range(0, count).Select(_ => RandomEdges.IPv4(random)).Order(), .. Enumerable.Range(0, 16).Select(_ => RandomEdges.IPv4(random))];
            var distance = random.Next(2) == 0 ? block[random.Next(count)] : RandomEdges.IPv4(random);

            var expected = block.Take(count).Count(other => other <= distance);

            Assert.Equal(
                (expected, expected, expected),
                (DistanceCount.Wide(ref block[0], count, distance), DistanceCount.Narrow(ref block[0], count, distance), DistanceCount.Scalar(ref block[0], count, distance)));
        }
    }
}
