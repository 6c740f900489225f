using System.Buffers;

namespace Net.Async.Tests;

/// <summary>Bytes in several pieces of memory.</summary>
internal static class Pieces
{
    public static ReadOnlySequence<byte> Of(byte[] bytes, int size) => Of([.. bytes.Chunk(size)]);

    public static ReadOnlySequence<byte> Of(byte[][] pieces)
    {
        if (pieces.Length == 0)
            return default;
        var first = new Piece(pieces[0], 0);
        var last = pieces.Skip(1).Aggregate(first, static (before, piece) => before.Append(piece));
        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(byte[] bytes, long index) => (Memory, RunningIndex) = (bytes, index);

        public Piece Append(byte[] bytes)
        {
            var next = new Piece(bytes, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
