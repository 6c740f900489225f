using System.Buffers;

namespace Net.Async;

/// <summary>Frames that all have the same length.</summary>
internal sealed class FixedFormat(int length) : FrameFormat(length >= 1 ? length : throw new ArgumentOutOfRangeException(nameof(length), length, "A frame must have at least 1 byte."))
{
    internal override bool HasTrailer => false;

    protected internal override bool TryFind(in ReadOnlySequence<byte> buffer, long searched, out FrameExtent extent)
    {
        extent = new(0, MaxLength, 0);
        return true;
    }

    internal override bool TryFindFast(ReadOnlySpan<byte> bytes, out FrameExtent extent)
    {
        extent = new(0, MaxLength, 0);
        return !bytes.IsEmpty;
    }

    protected internal override void Check(ReadOnlySpan<byte> payload)
    {
        if (payload.Length != MaxLength)
            throw new ArgumentException($"The payload has {payload.Length} bytes, and a frame of this format {MaxLength}.", nameof(payload));
    }
}
