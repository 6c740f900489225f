using System.Text;

namespace Net.Async;

/// <summary>One rule a line, or <c>ipset save</c>.</summary>
internal sealed class LineFeed(FeedRules rules, BlockListLoadOptions options) : FeedParser
{
    private readonly char[] _text = new char[options.MaxLineLength];
    private BlockListFormat _format = options.Format;

    public override int Parse(ReadOnlySpan<byte> bytes, bool isLast)
    {
        var parsed = 0;
        while (true)
        {
            var length = bytes[parsed..].IndexOf((byte)'\n');
            if (length < 0 && (!isLast || parsed == bytes.Length))
                return parsed;
            var line = length < 0 ? bytes[parsed..] : bytes.Slice(parsed, length);
            ParseLine(line);
            Line++;
            parsed = Math.Min(bytes.Length, parsed + line.Length + 1);
        }
    }

    private void ParseLine(ReadOnlySpan<byte> line)
    {
        if (line.Length > options.MaxLineLength)
            throw TooLong(Line, options);
        // What is no UTF-8 becomes a character that no rule has.
        var text = _text.AsSpan(0, Encoding.UTF8.GetChars(line, _text));
        ReadOnlySpan<char> rule = text[..CommentAt(text)].Trim(" \t\r");
        if (rule.IsEmpty)
            return;
        if (_format == BlockListFormat.Auto)
            _format = rule.StartsWith("create ", StringComparison.Ordinal) || rule.StartsWith("add ", StringComparison.Ordinal) ? BlockListFormat.IpsetSave : BlockListFormat.Lines;
        if (_format == BlockListFormat.IpsetSave)
            ParseIpset(rule);
        else
            rules.Add(rule, Line);
    }

    /// <summary><c>add NAME ENTRY [OPTIONS]</c>; <c>create</c> says nothing about addresses (ipset(8)).</summary>
    private void ParseIpset(ReadOnlySpan<char> line)
    {
        if (line.StartsWith("create ", StringComparison.Ordinal))
            return;
        Span<Range> words = stackalloc Range[4];
        var count = line.Split(words, ' ', StringSplitOptions.RemoveEmptyEntries);
        if (count < 3 || line[words[0]] is not "add")
            rules.Refuse(line, "'create' or 'add NAME ENTRY' expected", Line);
        else if (count == 4 && IsException(line[words[3]]))
            rules.Refuse(line, "an exception ('nomatch') cannot be kept", Line);
        else
            rules.Add(line[words[2]], Line);
    }

    // A comment is in quotes and may say anything.
    private static bool IsException(ReadOnlySpan<char> options)
    {
        var quote = options.IndexOf('"');
        foreach (var word in (quote < 0 ? options : options[..quote]).Split(' '))
        {
            if (options[word] is "nomatch")
                return true;
        }

        return quote >= 0 && options[(options.LastIndexOf('"') + 1)..].Trim(' ') is "nomatch";
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
