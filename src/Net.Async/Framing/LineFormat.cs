using System.Buffers;

namespace Net.Async;

/// <summary>Lines that end with LF or CR LF.</summary>
internal sealed class LineFormat(int maxLength) : FrameFormat(maxLength)
{
    private const byte LineFeed = (byte)'\n', CarriageReturn = (byte)'\r';

    // What follows a line of just the limit may be its CR.
    internal override long LongestUnfound => MaxLength + 1L;

    protected internal override bool TryFind(in ReadOnlySequence<byte> buffer, long searched, out FrameExtent extent)
    {
        extent = default;
        if (buffer.Slice(searched).PositionOf(LineFeed) is not { } end)
            return false;
        var line = buffer.Slice(0, end);
        var hasReturn = !line.IsEmpty && line.Slice(line.Length - 1).FirstSpan[0] == CarriageReturn;
        extent = Line(line.Length, hasReturn);
        return true;
    }

    internal override bool TryFindFast(ReadOnlySpan<byte> bytes, out FrameExtent extent)
    {
        var end = bytes.IndexOf(LineFeed);
        extent = end >= 0 ? Line(end, end > 0 && bytes[end - 1] == CarriageReturn) : default;
        return end >= 0;
    }

    protected internal override void Check(ReadOnlySpan<byte> payload)
    {
        if (payload.IndexOf(LineFeed) is >= 0 and var index)
            throw new ArgumentException($"The line has an LF at byte {index}: the reader would end it there.", nameof(payload));
        if (!payload.IsEmpty && payload[^1] == CarriageReturn)
            throw new ArgumentException("The line ends with CR: the reader would take it for a part of the line's end.", nameof(payload));
    }

    protected internal override void WriteTrailer(IBufferWriter<byte> output)
    {
        output.GetSpan(1)[0] = LineFeed;
        output.Advance(1);
    }

    private static FrameExtent Line(long end, bool hasReturn) => hasReturn ? new(0, end - 1, 2) : new(0, end, 1);
}
