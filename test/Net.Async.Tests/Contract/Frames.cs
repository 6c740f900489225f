using System.Buffers.Binary;

namespace Net.Async.Tests.Contract;

/// <summary>Messages that say who wrote them, which of the writer's they are, and whether they arrived whole.</summary>
internal static class Frames
{
    public const int Header = 12;

    /// <summary>A message of so many bytes; at least a header.</summary>
    public static byte[] Make(int writer, int number, int length)
    {
        var frame = new byte[Math.Max(length, Header)];
        BinaryPrimitives.WriteInt32BigEndian(frame, frame.Length);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(4), writer);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(8), number);
        frame.AsSpan(Header).Fill(Body(writer, number));
        return frame;
    }

    /// <summary>What arrived, in order. A message that is mixed with another one, or cut off, fails.</summary>
    public static List<(int Writer, int Number)> Parse(ReadOnlySpan<byte> bytes)
    {
        var frames = new List<(int, int)>();
        while (!bytes.IsEmpty)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(bytes);
            Assert.InRange(length, Header, bytes.Length);
            var (writer, number) = (BinaryPrimitives.ReadInt32BigEndian(bytes[4..]), BinaryPrimitives.ReadInt32BigEndian(bytes[8..]));
            Assert.Equal(-1, bytes[Header..length].IndexOfAnyExcept(Body(writer, number)));
            frames.Add((writer, number));
            bytes = bytes[length..];
        }

        return frames;
    }

    /// <summary>Each writer's messages are all there, in the order in which that one wrote them.</summary>
    public static void AssertComplete(IEnumerable<(int Writer, int Number)> frames, int writers, int each)
    {
        var numbers = frames.ToLookup(static frame => frame.Writer, static frame => frame.Number);
        Assert.Equal(writers, numbers.Count);
        Assert.All(numbers, writer => Assert.Equal(Enumerable.Range(0, each), writer));
    }

    private static byte Body(int writer, int number) => (byte)((writer * 31) + (number * 7) + 1);
}
