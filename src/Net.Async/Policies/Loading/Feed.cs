namespace Net.Async;

/// <summary>A list on its way in: takes bytes as they come, keeps to the limits, and knows in the end what the list holds. No I/O of its own.</summary>
internal sealed class Feed(BlockListLoadOptions options, bool remembersRules)
{
    private const int LeastBuffer = 64 << 10;

    // A partial line, and behind it room for what comes.
    private readonly byte[] _buffer = new byte[Math.Max(LeastBuffer, 2 * options.MaxLineLength)];
    private readonly FeedRules _rules = new(options, remembersRules);
    private FeedParser? _parser;
    private int _count;
    private long _total;

    /// <summary>Where the next bytes go.</summary>
    public Memory<byte> Room => _buffer.AsMemory(_count);

    public RuleBatch Batch => _rules.Batch;

    public BlockListLoadResult Result => new() { Rules = Batch.Count, SkippedLines = _rules.Skipped };

    /// <summary>Takes what was read into the room; none is the end, and returns false.</summary>
    public bool Advance(int read)
    {
        _total += read;
        if (_total > options.MaxBytes)
            throw new BlockListLoadException($"The list has more than {options.MaxBytes} bytes (MaxBytes).");
        _count += read;
        if (_parser is null && !TryBegin(isLast: read == 0))
            return true;
        Parse(isLast: read == 0);
        if (read == 0)
            CheckWhole();
        return read != 0;
    }

    /// <summary>Refuses a list that is much shorter than the one it is to replace.</summary>
    public void CheckShrink(long before, long after)
    {
        if (after < before * (1 - options.MaxShrinkRatio))
            throw new BlockListLoadException(FormattableString.Invariant($"The list has {after} rules, the one it would replace {before}: more than {options.MaxShrinkRatio:0.##} of them would go (MaxShrinkRatio)."));
    }

    /// <summary>Chooses the parser by the first byte that is not blank; behind a byte order mark, which may come in pieces.</summary>
    private bool TryBegin(bool isLast)
    {
        ReadOnlySpan<byte> mark = [0xef, 0xbb, 0xbf];
        var bytes = _buffer.AsSpan(0, _count);
        var blank = bytes.StartsWith(mark) ? mark.Length : 0;
        var rest = bytes[blank..].TrimStart(" \t\r\n"u8);
        // While all is blank, what was read stays for the counting of lines; a screenful of nothing is lines.
        if (!isLast && (bytes.Length < mark.Length || (rest.IsEmpty && _count < options.MaxLineLength)))
            return false;
        var isJson = options.Format == BlockListFormat.Json || (options.Format == BlockListFormat.Auto && rest is [(byte)'{' or (byte)'[', ..]);
        Keep(from: blank);
        _parser = isJson ? new JsonFeed(_rules, options) : new LineFeed(_rules, options);
        return true;
    }

    private void Parse(bool isLast)
    {
        Keep(from: _parser!.Parse(_buffer.AsSpan(0, _count), isLast));
        if (_count == _buffer.Length)
            throw FeedParser.TooLong(_parser.Line, options);
    }

    private void Keep(int from)
    {
        _buffer.AsSpan(from, _count - from).CopyTo(_buffer);
        _count -= from;
    }

    private void CheckWhole()
    {
        if (Batch.Count == 0 && options.MaxShrinkRatio < 1)
            throw new BlockListLoadException($"{_parser!.NothingFound}{(_rules.Skipped == 0 ? "" : FormattableString.Invariant($", and {_rules.Skipped} lines that were skipped"))}: an empty answer, an error page or another format; MaxShrinkRatio = 1 lets it pass.");
        if (!options.AllowCatchAllRules && _rules.FindEverything() is { } widest)
            throw new BlockListLoadException($"Line {widest.Line}, {widest.Rule}: with this, the widest rule, the list holds every {(widest.IsIPv4 ? "IPv4" : "IPv6")} address in use (AllowCatchAllRules).", widest.Line);
    }
}
