using System.Buffers;
using System.Runtime.InteropServices;

namespace Net.Async;

/// <summary>What is left of the first piece of a buffer, as the array behind it: most frames are whole in there, and are found and cut out without a look at the sequence.</summary>
/// <remarks>Part of its reader, never copied. Empty where the memory is no array: a pool of the user's may have other memory.</remarks>
internal struct FirstPiece
{
    private readonly byte[]? _array;
    private readonly int _start;
    private readonly int _end;
    private int _at;

    public FirstPiece(in ReadOnlySequence<byte> buffer)
    {
        if (MemoryMarshal.TryGetArray(buffer.First, out var piece))
            (_array, _start, _end, _at) = (piece.Array, piece.Offset, piece.Offset + piece.Count, piece.Offset);
    }

    /// <summary>Bytes of the buffer that were taken from here.</summary>
    public readonly int Taken => _at - _start;

    public readonly ReadOnlySpan<byte> Rest => new(_array, _at, _end - _at);

    /// <summary>Takes a frame that is whole in the rest.</summary>
    public ReadOnlySequence<byte> Take(in FrameExtent extent)
    {
        var frame = new ReadOnlySequence<byte>(_array!, _at + extent.Header, (int)extent.Payload);
        _at += (int)extent.Length;
        return frame;
    }
}
