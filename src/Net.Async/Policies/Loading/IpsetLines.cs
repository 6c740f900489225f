namespace Net.Async;

/// <summary>What <c>ipset save</c> writes and <c>ipset restore</c> reads (ipset(8)): the entries that its sets have in the end, all of them together.</summary>
/// <remarks>A command that would take entries away again, which cannot be kept, is a bad line; one that only names, makes, swaps or empties a set that has none says nothing of addresses.</remarks>
internal sealed class IpsetLines(FeedRules rules)
{
    private const int MostSets = 65_536;

    // Sets that have got entries in this list, by the name that they have now.
    private readonly HashSet<string> _filled = new(StringComparer.Ordinal);

    /// <summary>Whether a list whose first line this is, is one.</summary>
    public static bool IsFirst(ReadOnlySpan<char> line)
    {
        Span<Range> words = stackalloc Range[3];
        var count = Split(line, words);
        return CommandOf(line[words[0]]) is { } command && (command is Command.Commit or Command.Flush or Command.Destroy ? count <= 2 : count >= 2);
    }

    public void Parse(ReadOnlySpan<char> line, long number)
    {
        Span<Range> words = stackalloc Range[5];
        var count = Split(line, words);
        // An option of the command stands before the set, or behind the entry.
        var first = count > 1 && line[words[1]] is "-exist" or "-!" ? 2 : 1;
        ReadOnlySpan<char> set = Word(line, words, count, first), entry = Word(line, words, count, first + 1);
        switch (CommandOf(line[words[0]]))
        {
            case Command.Add when !entry.IsEmpty:
                Add(line, set, entry, line[words[first + 1].End..], number);
                break;
            case Command.Create when !entry.IsEmpty:
            case Command.Commit when count == 1:
                break;
            case Command.Swap or Command.Rename when !entry.IsEmpty:
                Swap(set.ToString(), entry.ToString());
                break;
            case Command.Flush or Command.Destroy when entry.IsEmpty:
                if (set.IsEmpty ? _filled.Count > 0 : _filled.Contains(set.ToString()))
                    rules.Refuse(line, "entries that were added before cannot be taken away", number);
                break;
            default:
                rules.Refuse(line, "'create', 'add NAME ENTRY', 'flush', 'swap', 'rename', 'destroy' or 'COMMIT' expected", number);
                break;
        }
    }

    private void Add(ReadOnlySpan<char> line, ReadOnlySpan<char> set, ReadOnlySpan<char> entry, ReadOnlySpan<char> options, long number)
    {
        if (IsException(options))
        {
            rules.Refuse(line, "an exception ('nomatch') cannot be kept", number);
            return;
        }

        if (_filled.Count == MostSets && !_filled.Contains(set.ToString()))
            throw new BlockListLoadException(FormattableString.Invariant($"Line {number}: the list has more than {MostSets} sets."), number);
        _filled.Add(set.ToString());
        rules.Add(entry, number);
    }

    private void Swap(string one, string other)
    {
        var (hadOne, hadOther) = (_filled.Remove(one), _filled.Remove(other));
        if (hadOne)
            _filled.Add(other);
        if (hadOther)
            _filled.Add(one);
    }

    // A comment is in quotes and may say anything.
    private static bool IsException(ReadOnlySpan<char> options)
    {
        var quote = options.IndexOf('"');
        foreach (var word in (quote < 0 ? options : options[..quote]).SplitAny(' ', '\t'))
        {
            if (options[word] is "nomatch")
                return true;
        }

        return quote >= 0 && options[(options.LastIndexOf('"') + 1)..].Trim(" \t") is "nomatch";
    }

    private static int Split(ReadOnlySpan<char> line, Span<Range> words) => line.SplitAny(words, " \t", StringSplitOptions.RemoveEmptyEntries);

    private static ReadOnlySpan<char> Word(ReadOnlySpan<char> line, ReadOnlySpan<Range> words, int count, int index) => index < count ? line[words[index]] : default;

    private static Command? CommandOf(ReadOnlySpan<char> word) => word switch
    {
        "add" or "-A" or "--add" => Command.Add,
        "create" or "-N" or "--create" => Command.Create,
        "flush" or "-F" or "--flush" => Command.Flush,
        "destroy" or "-X" or "--destroy" => Command.Destroy,
        "swap" or "-W" or "--swap" => Command.Swap,
        "rename" or "-E" or "--rename" => Command.Rename,
        "COMMIT" => Command.Commit,
        _ => null,
    };

    private enum Command
    {
        Add,
        Create,
        Flush,
        Destroy,
        Swap,
        Rename,
        Commit,
    }
}
