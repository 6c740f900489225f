namespace Net.Async;

/// <summary>One message that came, as the answer to a query.</summary>
internal sealed class AnswerMessage
{
    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly MessageHeader _header;
    private readonly AnswerRecords _records;

    private AnswerMessage(QueryMessage query, ReadOnlyMemory<byte> bytes, MessageHeader header, int start)
    {
        _bytes = bytes;
        _header = header;
        _records = new AnswerRecords(query, header, start);
        _records.Survey(bytes.Span);
    }

    /// <summary>The rest did not fit.</summary>
    public bool IsTruncated => _header.IsTruncated;

    /// <summary>The whole code, the upper bits of an OPT record included.</summary>
    public int Code => _header.Code | _records.Edns.UpperCode;

    /// <summary>The server may have choked on EDNS: without it, it may know more.</summary>
    public bool RefusesEdns => ResponseCode.RefusesEdns(Code);

    /// <summary>What the server says in explanation; null when it says nothing.</summary>
    public string? Explanation => _records.Edns.Error;

    /// <summary>Says nothing, and comes from a server that neither recurses nor knows the zone: a referral, which is no answer.</summary>
    public bool IsLame => Code == ResponseCode.NoError && _header is { Answers: 0, IsLame: true } && !_records.IsNegative;

    /// <summary>The message, when it is a response to this very query; null for anything else, whatever its sender.</summary>
    /// <exception cref="MalformedMessageException">It is one, and cannot be read.</exception>
    public static AnswerMessage? Open(QueryMessage query, ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length < MessageHeader.Length)
            return null;
        var header = MessageHeader.Read(bytes.Span);
        if (header.Id != query.Id || !header.IsResponse || header.Questions > 1)
            return null;
        return header.Questions == 0 || bytes.Length == MessageHeader.Length
            ? OpenWithoutQuestion(query, bytes, header)
            : OpenWithQuestion(query, bytes, header);
    }

    /// <summary>Reads the records.</summary>
    /// <param name="options">What is kept of it.</param>
    /// <exception cref="MalformedMessageException">It cannot be read.</exception>
    public Answer Read(DnsStubResolverOptions options) => _records.Read(_bytes.Span, options, Code == ResponseCode.NoSuchName);

    // A server that cannot even read the question, or has a rule against it, often sends a header alone, with the counts of the query or zero.
    // "No such name" and "no address" need the question: a forged header would be enough to deny a name.
    private static AnswerMessage? OpenWithoutQuestion(QueryMessage query, ReadOnlyMemory<byte> bytes, MessageHeader header)
    {
        var message = new AnswerMessage(query, bytes, header, MessageHeader.Length);
        return message.Code is ResponseCode.NoError or ResponseCode.NoSuchName ? null : message;
    }

    private static AnswerMessage? OpenWithQuestion(QueryMessage query, ReadOnlyMemory<byte> bytes, MessageHeader header)
    {
        var reader = new MessageReader(bytes.Span);
        reader.MoveTo(MessageHeader.Length);
        var repeats = reader.NameIs(MessageHeader.Length, query.Name);
        reader.SkipName();
        repeats &= (RecordType)reader.ReadUInt16() == query.Type & reader.ReadUInt16() == QueryMessage.ClassInternet;
        return repeats ? new AnswerMessage(query, bytes, header, reader.Position) : null;
    }
}
