using System.Buffers;
using System.Text;

namespace Net.Async;

/// <summary>Finds lines in bytes, in any encoding: LF is looked for as the encoding writes it, and only where a character begins.</summary>
internal sealed class LineReader(Encoding encoding, int maxLength)
{
    private readonly byte[] _lineFeed = encoding.GetBytes("\n");
    private readonly byte[] _carriageReturn = encoding.GetBytes("\r");

    // How far the line at the beginning was searched in vain: a dribbling peer must not have its bytes searched again and again.
    private long _searched;

    public int MaxLength => maxLength;

    /// <summary>Takes the first line off the buffer; null when there is none yet, and nothing is taken.</summary>
    public string? Take(ref ReadOnlySequence<byte> buffer, bool isLast, out bool tooLong)
    {
        tooLong = false;
        if (Find(buffer) is { } end)
        {
            var line = WithoutCarriageReturn(buffer.Slice(0, end));
            tooLong = line.Length > maxLength;
            return tooLong ? null : TakeTo(ref buffer, line, end + _lineFeed.Length);
        }

        _searched = Math.Max(0, buffer.Length - _lineFeed.Length + 1);
        // What follows may be the end of a line of just the limit.
        tooLong = buffer.Length > maxLength + (isLast ? 0L : _carriageReturn.Length + _lineFeed.Length - 1);
        return tooLong || !isLast || buffer.IsEmpty ? null : TakeTo(ref buffer, buffer, buffer.Length);
    }

    private string TakeTo(ref ReadOnlySequence<byte> buffer, ReadOnlySequence<byte> line, long next)
    {
        var text = encoding.GetString(line);
        buffer = buffer.Slice(next);
        _searched = 0;
        return text;
    }

    private ReadOnlySequence<byte> WithoutCarriageReturn(ReadOnlySequence<byte> line)
    {
        if (line.Length < _carriageReturn.Length)
            return line;
        var end = new SequenceReader<byte>(line.Slice(line.Length - _carriageReturn.Length));
        return end.IsNext(_carriageReturn) ? line.Slice(0, line.Length - _carriageReturn.Length) : line;
    }

    private long? Find(ReadOnlySequence<byte> buffer)
    {
        var reader = new SequenceReader<byte>(buffer);
        reader.Advance(Math.Min(_searched, buffer.Length));
        while (reader.TryAdvanceTo(_lineFeed[0], advancePastDelimiter: false))
        {
            // Of UTF-16 and UTF-32 the bytes of LF may stand across two characters.
            if (reader.Consumed % _lineFeed.Length == 0 && reader.IsNext(_lineFeed))
                return reader.Consumed;
            reader.Advance(1);
        }

        return null;
    }
}
