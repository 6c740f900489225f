using System.Buffers;

namespace Net.Async;

/// <summary>The elements of sets in what <c>nft -f</c> reads and <c>nft list</c> writes (nft(8)): <c>elements = { a, b-c, d/p }</c>, <c>add element ... { }</c> and <c>define X = { }</c>, over any number of lines.</summary>
/// <remarks>Sets of another type than addresses, chains and everything else say nothing of addresses. Time limits, counters and comments of elements are not kept.</remarks>
internal sealed class NftLines(FeedRules rules)
{
    private const int MostWords = 8, MostSets = 65_536;

    private static readonly SearchValues<char> s_marks = SearchValues.Create("{},;= \t\"#");

    // The statement that is being read, outside of elements.
    private readonly List<string> _words = [];

    // Sets that have got elements in this list, by name.
    private readonly HashSet<string> _filled = new(StringComparer.Ordinal);
    private string _set = "";
    private string _element = "";
    private string? _problem;
    private State _state;
    private long _line;
    private bool _isOfOtherType;

    /// <summary>Whether a list whose first line this is, is one; <c>add</c>, <c>create</c> and <c>flush</c> are words of ipset too.</summary>
    public static bool IsFirst(ReadOnlySpan<char> line)
    {
        Span<Range> words = stackalloc Range[3];
        var count = line.SplitAny(words, " \t{", StringSplitOptions.RemoveEmptyEntries);
        var second = count > 1 ? line[words[1]] : default;
        return line[words[0]] switch
        {
            "table" or "define" or "include" or "elements" => true,
            "add" or "create" or "flush" or "delete" or "destroy" or "reset" => second is "element" or "table" or "set" or "chain" or "ruleset" or "map" or "rule",
            _ => false,
        };
    }

    public void Parse(ReadOnlySpan<char> line, long number)
    {
        _line = number;
        while (NextToken(ref line) is { IsEmpty: false } token)
        {
            if (_state == State.Outside)
                Outside(token);
            else
                Inside(token);
        }

        // A statement ends with its line, unless its elements are still to come.
        if (_state == State.Outside && !(_words.Count > 0 && (_words[^1] == "=" || _words[0] == "elements")))
            EndStatement();
    }

    /// <summary>The list has ended.</summary>
    /// <exception cref="BlockListLoadException">In the middle of elements: it is cut off.</exception>
    public void End()
    {
        if (_state != State.Outside)
            throw new BlockListLoadException(FormattableString.Invariant($"Line {_line}: the elements of a set have no end: the list is cut off."), _line);
    }

    private void Outside(ReadOnlySpan<char> token)
    {
        if (token is "{")
        {
            Open();
            _words.Clear();
        }
        else if (token is ";" or "}")
        {
            EndStatement();
            _isOfOtherType &= token is not "}";
        }
        else if (_words.Count < MostWords)
        {
            _words.Add(token.ToString());
            NoteType();
        }
    }

    private void Open()
    {
        if (_words is ["elements", "="])
            _state = _isOfOtherType ? State.Skipping : State.Elements;
        else if (_words is ["add" or "create", "element", .., var filled])
            (_state, _set) = (State.Elements, filled);
        else if (_words is ["define", _, "="])
            (_state, _set) = (State.Elements, "");
        else if (_words is ["delete" or "destroy", "element", ..])
            _state = State.Deleting;
        else if (_words is ["set" or "map", var made, ..])
            (_isOfOtherType, _set) = (false, made);
        else
            EndStatement();
    }

    // What empties a set that has got elements, or is elsewhere, would make this another list than it is read as.
    private void EndStatement()
    {
        if (_words is ["include", ..])
            rules.Refuse(string.Join(' ', _words), "what another file says is not known", _line);
        else if (_words is ["flush" or "delete" or "destroy" or "reset", "set" or "map", .., var set] ? _filled.Contains(set) : _words is ["flush" or "delete" or "destroy", "table" or "ruleset", ..] && _filled.Count > 0)
            rules.Refuse(string.Join(' ', _words), "elements that were added before cannot be taken away", _line);
        _words.Clear();
    }

    // "type ipv4_addr" or "typeof ip saddr" of a set; a map has a value behind a colon.
    private void NoteType()
    {
        if (_words is ["type", var type])
            _isOfOtherType = type is not ("ipv4_addr" or "ipv6_addr");
        else if (_words is ["typeof", var family, _])
            _isOfOtherType = family is not ("ip" or "ip6");
    }

    private void Inside(ReadOnlySpan<char> token)
    {
        if (token is not ("," or "}"))
        {
            Extend(token);
            return;
        }

        if (_element.Length > 0 && _state != State.Skipping)
            Finish();
        (_element, _problem) = ("", null);
        if (token is "}")
            _state = State.Outside;
    }

    private void Extend(ReadOnlySpan<char> token)
    {
        if (_element.Length == 0 || token is "-" || _element.EndsWith('-'))
            _element = string.Concat(_element, token);
        else if (token is "." or ":")
            _problem = "an element of several parts, or with a value, is no address";
    }

    private void Finish()
    {
        if (_state == State.Elements && _filled.Count == MostSets && !_filled.Contains(_set))
            throw new BlockListLoadException(FormattableString.Invariant($"Line {_line}: the list has more than {MostSets} sets."), _line);
        var problem = _state == State.Deleting ? "elements that were added before cannot be taken away" : _problem;
        if (problem is not null)
        {
            rules.Refuse(_element, problem, _line);
            return;
        }

        _filled.Add(_set);
        rules.Add(_element, _line);
    }

    /// <summary>A brace, a comma, a semicolon, an equals sign, a text in quotes as a word of its own, or what is between them; nothing at the end and in a comment.</summary>
    private static ReadOnlySpan<char> NextToken(ref ReadOnlySpan<char> line)
    {
        line = line.TrimStart(" \t\\");
        if (line.IsEmpty || line[0] == '#')
            return line = default;
        var length = line[0] switch
        {
            '{' or '}' or ',' or ';' or '=' => 1,
            '"' => line[1..].IndexOf('"') is >= 0 and var end ? end + 2 : line.Length,
            _ => line.IndexOfAny(s_marks) is > 0 and var end ? end : line.Length,
        };
        var token = line[..length];
        line = line[length..];
        return token;
    }

    private enum State
    {
        Outside,
        Elements,
        Skipping,
        Deleting,
    }
}
