using System.Buffers;

namespace Net.Async;

/// <summary>Frames that end with a sequence of bytes.</summary>
internal sealed class DelimitedFormat : FrameFormat
{
    private readonly byte[] _delimiter;

    public DelimitedFormat(ReadOnlySpan<byte> delimiter, int maxLength)
        : base(maxLength)
    {
        if (delimiter.IsEmpty)
            throw new ArgumentException("The delimiter must have at least one byte.", nameof(delimiter));
        _delimiter = delimiter.ToArray();
    }

    internal override long LongestUnfound => (long)MaxLength + _delimiter.Length - 1;

    protected internal override bool TryFind(in ReadOnlySequence<byte> buffer, long searched, out FrameExtent extent)
    {
        // A delimiter may have begun in the last bytes that were searched.
        var from = Math.Max(0, searched - _delimiter.Length + 1);
        var reader = new SequenceReader<byte>(buffer.Slice(from));
        var isFound = reader.TryReadTo(out ReadOnlySequence<byte> before, _delimiter, advancePastDelimiter: false);
        extent = isFound ? new(0, from + before.Length, _delimiter.Length) : default;
        return isFound;
    }

    internal override bool TryFindFast(ReadOnlySpan<byte> bytes, out FrameExtent extent)
    {
        var length = bytes.IndexOf(_delimiter);
        extent = length >= 0 ? new(0, length, _delimiter.Length) : default;
        return length >= 0;
    }

    protected internal override void Check(ReadOnlySpan<byte> payload)
    {
        // Also one that the payload's end makes with the delimiter behind it, which the reader would find first.
        var index = payload.IndexOf(_delimiter);
        for (var tail = Math.Min(payload.Length, _delimiter.Length - 1); index < 0 && tail > 0; tail--)
        {
            Span<byte> seam = [.. payload[^tail..], .. _delimiter];
            if (seam[..^1].IndexOf(_delimiter) >= 0)
                index = payload.Length - tail;
        }

        if (index >= 0)
            throw new ArgumentException($"The payload has the delimiter at byte {index}: the reader would end the frame there.", nameof(payload));
    }

    protected internal override void WriteTrailer(IBufferWriter<byte> output) => output.Write(_delimiter);
}
