using System.Net;
using DnsClient;
using DnsClient.Protocol;

namespace Net.Async;

/// <summary>One message that came, read as the answer to a query.</summary>
internal sealed class AnswerMessage
{
    private const int HeaderLength = 12;
    private const int MostAliases = 16;
    private const ushort ResponseBit = 0x8000;
    private const ushort TruncatedBit = 0x0200;
    private const ushort CodeBits = 0x000F;

    private readonly QueryMessage _query;
    private readonly byte[] _bytes;
    private readonly DnsDatagramReader _reader;
    private readonly ushort _flags;
    private readonly ushort _questions;
    private readonly ushort _answers;
    private readonly ushort _authorities;
    private readonly Dictionary<string, (string Target, uint Ttl)> _aliases = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<(string Owner, IPAddress Address, uint Ttl)> _addresses = [];
    private uint _negativeTtl;

    private AnswerMessage(QueryMessage query, byte[] bytes, DnsDatagramReader reader)
    {
        _query = query;
        _bytes = bytes;
        _reader = reader;
        _flags = reader.ReadUInt16NetworkOrder();
        _questions = reader.ReadUInt16NetworkOrder();
        _answers = reader.ReadUInt16NetworkOrder();
        _authorities = reader.ReadUInt16NetworkOrder();
        _ = reader.ReadUInt16NetworkOrder();
    }

    /// <summary>The rest did not fit: the message says nothing.</summary>
    public bool IsTruncated => (_flags & TruncatedBit) != 0;

    public DnsHeaderResponseCode Code => (DnsHeaderResponseCode)(_flags & CodeBits);

    /// <summary>The message, when it is a response to this very query; null for anything else, whoever sent it.</summary>
    /// <exception cref="DnsResponseParseException">It is one, and cannot be read.</exception>
    public static AnswerMessage? Open(QueryMessage query, byte[] bytes)
    {
        if (bytes.Length < HeaderLength)
            return null;
        var reader = new DnsDatagramReader(new ArraySegment<byte>(bytes));
        if (reader.ReadUInt16NetworkOrder() != query.Id)
            return null;
        var message = new AnswerMessage(query, bytes, reader);
        return (message._flags & ResponseBit) != 0 && message.RepeatsTheQuestion() ? message : null;
    }

    /// <summary>Reads the records: those that lead from the name asked for to addresses of the family; others are skipped.</summary>
    /// <exception cref="DnsResponseParseException">It cannot be read.</exception>
    public Answer Read(DnsResolverOptions options)
    {
        for (var i = 0; i < _answers; i++)
            ReadAnswer();
        for (var i = 0; i < _authorities; i++)
            ReadAuthority();
        var (name, ttl) = FollowAliases();
        var found = _addresses.Where(record => Same(record.Owner, name)).Take(options.MaxAddresses).ToArray();
        if (Code == DnsHeaderResponseCode.NotExistentDomain)
            return Answer.Failed(ConnectionError.HostNotFound, "the name does not exist", timeToLive: Negative());
        return found.Length == 0
            ? new Answer([], Negative())
            : new Answer(Array.AsReadOnly([.. found.Select(record => record.Address)]), Clamp(found.Min(record => record.Ttl)));

        TimeSpan Negative() => Least(TimeSpan.FromSeconds(Math.Min(_negativeTtl, ttl)), options.MaxNegativeTtl);

        TimeSpan Clamp(uint addresses)
        {
            var seconds = TimeSpan.FromSeconds(Math.Min(addresses, ttl));
            return seconds < options.MinTtl ? options.MinTtl : Least(seconds, options.MaxTtl);
        }
    }

    private bool RepeatsTheQuestion()
    {
        // A name server that could not even read the question may leave it out.
        if (_questions == 0)
            return Code == DnsHeaderResponseCode.FormatError;
        return _questions == 1
            && Same(ReadName(), _query.Question.Name)
            && _reader.ReadUInt16NetworkOrder() == _query.Type
            && _reader.ReadUInt16NetworkOrder() == QueryMessage.ClassInternet;
    }

    private void ReadAnswer()
    {
        var (owner, type, ttl, end) = ReadRecordHead();
        if (type == _query.Type)
            _addresses.Add((owner, type == (ushort)QueryType.AAAA ? _reader.ReadIPv6Address() : _reader.ReadIPAddress(), ttl));
        else if (type == (ushort)QueryType.CNAME)
            _aliases.TryAdd(owner, (ReadName(), ttl));
        else
            SkipTo(end);
        CheckEnd(end);
    }

    // RFC 2308, 5: an answer without addresses holds as long as the lesser of the SOA record's own TTL and its last field.
    private void ReadAuthority()
    {
        var (_, type, ttl, end) = ReadRecordHead();
        if (type == (ushort)QueryType.SOA)
        {
            SkipTo(end - sizeof(uint));
            _negativeTtl = Math.Min(ttl, Seconds(_reader.ReadUInt32NetworkOrder()));
        }
        else
        {
            SkipTo(end);
        }

        CheckEnd(end);
    }

    private (string Owner, ushort Type, uint Ttl, int End) ReadRecordHead()
    {
        var owner = ReadName();
        var type = _reader.ReadUInt16NetworkOrder();
        // A record of another class is no record of ours, whatever its type says.
        if (_reader.ReadUInt16NetworkOrder() != QueryMessage.ClassInternet)
            type = (ushort)ResourceRecordType.NULL;
        var ttl = Seconds(_reader.ReadUInt32NetworkOrder());
        var length = _reader.ReadUInt16NetworkOrder();
        return (owner, type, ttl, _reader.Index + length);
    }

    private (string Name, uint Ttl) FollowAliases()
    {
        var (name, ttl) = (_query.Question.Name, uint.MaxValue);
        for (var i = 0; i < MostAliases && _aliases.TryGetValue(name, out var alias); i++)
            (name, ttl) = (alias.Target, Math.Min(ttl, alias.Ttl));
        return (name, ttl);
    }

    private string ReadName()
    {
        var (name, end) = DomainName.Read(_bytes, _reader.Index);
        SkipTo(end);
        return name;
    }

    private void SkipTo(int index)
    {
        // The reader would go back without a word.
        if (index < _reader.Index)
            throw new DnsResponseParseException("A record is shorter than its type.");
        _reader.Advance(index - _reader.Index);
    }

    private void CheckEnd(int end)
    {
        if (_reader.Index != end)
            throw new DnsResponseParseException("A record is longer or shorter than it says.");
    }

    private static bool Same(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    private static TimeSpan Least(TimeSpan one, TimeSpan other) => one < other ? one : other;

    // RFC 2181, 8: with the top bit set it is zero.
    private static uint Seconds(uint ttl) => ttl > int.MaxValue ? 0 : ttl;
}
