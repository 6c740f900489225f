using System.Text;

namespace Net.Async;

/// <summary>One rule a line, or what <c>ipset restore</c> or <c>nft -f</c> reads. A line ends with LF, CR LF or CR.</summary>
internal sealed class LineFeed(FeedRules rules, BlockListLoadOptions options) : FeedParser
{
    private readonly char[] _text = new char[options.MaxLineLength];
    private readonly IpsetLines _ipset = new(rules);
    private readonly NftLines _nft = new(rules);
    private BlockListFormat _format = options.Format;

    // The last line ended with CR: an LF now belongs to it.
    private bool _isAfterReturn;

    public override int Parse(ReadOnlySpan<byte> bytes, bool isLast)
    {
        var parsed = 0;
        while (true)
        {
            if (_isAfterReturn && parsed < bytes.Length)
            {
                parsed += bytes[parsed] == (byte)'\n' ? 1 : 0;
                _isAfterReturn = false;
            }

            var length = bytes[parsed..].IndexOfAny((byte)'\n', (byte)'\r');
            if (length < 0 && (!isLast || parsed == bytes.Length))
                break;
            var line = length < 0 ? bytes[parsed..] : bytes.Slice(parsed, length);
            ParseLine(line);
            Line++;
            _isAfterReturn = length >= 0 && bytes[parsed + length] == (byte)'\r';
            parsed = Math.Min(bytes.Length, parsed + line.Length + 1);
        }

        if (isLast)
            _nft.End();
        return parsed;
    }

    private void ParseLine(ReadOnlySpan<byte> line)
    {
        if (line.Length > options.MaxLineLength)
            throw TooLong(Line, options);
        // What is no UTF-8 becomes a character that no rule has.
        ReadOnlySpan<char> text = _text.AsSpan(0, Encoding.UTF8.GetChars(line, _text));
        var rule = text[..CommentAt(text)].Trim(" \t");
        if (_format == BlockListFormat.Auto && !rule.IsEmpty)
            _format = NftLines.IsFirst(rule) ? BlockListFormat.Nft : IpsetLines.IsFirst(rule) ? BlockListFormat.IpsetSave : BlockListFormat.Lines;
        // In these a comment is theirs to find: ';' separates, and quotes may hold anything.
        if (_format == BlockListFormat.Nft)
            _nft.Parse(text, Line);
        else if (rule.IsEmpty)
            return;
        else if (_format == BlockListFormat.IpsetSave)
            _ipset.Parse(rule, Line);
        else
            rules.Add(rule, Line);
    }

    private static int CommentAt(ReadOnlySpan<char> text)
    {
        var (mark, slashes) = (text.IndexOfAny('#', ';'), text.IndexOf("//", StringComparison.Ordinal));
        return (mark, slashes) switch
        {
            ( < 0, < 0) => text.Length,
            ( < 0, _) => slashes,
            (_, < 0) => mark,
            _ => Math.Min(mark, slashes),
        };
    }
}
