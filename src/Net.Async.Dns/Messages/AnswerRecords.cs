using System.Net;

namespace Net.Async;

/// <summary>The records of a response, read once: those that lead from the name asked for to addresses of the family, how long "none" holds, and what EDNS says. Others are skipped.</summary>
/// <param name="query">What was asked.</param>
/// <param name="header">How many records there are.</param>
/// <param name="start">Where the first one starts.</param>
internal sealed class AnswerRecords(QueryMessage query, MessageHeader header, int start)
{
    // The smallest address takes 16 octets: no message has more of them. A count that lies ends here.
    private const int MostRecords = ushort.MaxValue / 16;

    // A chain has one alias for each of its names, 64 at most; a message may have others too.
    private const int MostAliases = 256;

    private readonly int _addressLength = query.Type == RecordType.Aaaa ? 16 : 4;
    private List<(int Owner, int Target, uint Seconds)>? _aliases;
    private int _answers;
    private uint _negativeSeconds;

    /// <summary>What the OPT record says; nothing when there is none, or what is before it cannot be read.</summary>
    public EdnsRecord Edns { get; private set; }

    /// <summary>A SOA record says that there is nothing (RFC 2308, 2.2).</summary>
    public bool IsNegative { get; private set; }

    /// <summary>Why they cannot be read; null when they can.</summary>
    public MalformedMessageException? Malformed { get; private set; }

    /// <summary>Checks every record but the additional ones, and notes the aliases.</summary>
    public void Survey(ReadOnlySpan<byte> message)
    {
        var reader = new MessageReader(message);
        try
        {
            reader.MoveTo(start);
            for (; _answers < Math.Min((int)header.Answers, MostRecords); _answers++)
                SurveyAnswer(ref reader);
            if (header.Answers + header.Authorities + header.Additionals > MostRecords)
                throw new MalformedMessageException("It counts more records than it can have.");
            for (var i = 0; i < header.Authorities; i++)
                SurveyAuthority(ref reader);
        }
        catch (MalformedMessageException exception)
        {
            Malformed = exception;
            return;
        }

        Edns = EdnsRecord.Find(reader, header.Additionals);
    }

    /// <summary>The answer that they are.</summary>
    /// <param name="message">The same message.</param>
    /// <param name="options">What is kept.</param>
    /// <param name="isNoSuchName">What the code says.</param>
    /// <exception cref="MalformedMessageException">They cannot be read.</exception>
    public Answer Read(ReadOnlySpan<byte> message, DnsStubResolverOptions options, bool isNoSuchName)
    {
        // Some cut an answer within a record: what is before it is good.
        if (Malformed is not null && !header.IsTruncated)
            throw Malformed;
        var reader = new MessageReader(message);
        Span<byte> name = stackalloc byte[MessageReader.LongestName];
        query.Name.CopyTo(name);
        var seconds = uint.MaxValue;
        if (!FollowAliases(ref reader, name, options.MaxAliases, ref seconds))
            return Answer.TooManyAliases(options.MaxAliases);
        var negative = Least(TimeSpan.FromSeconds(Math.Min(_negativeSeconds, seconds)), options.Cache.MaxNegativeTtl);
        if (isNoSuchName)
            return Answer.NoSuchName(Edns.Error, negative);
        var addresses = FindAddresses(ref reader, message, name, options.MaxAddresses, ref seconds);
        return addresses.Count == 0
            ? new Answer([], negative) { IsAlias = _aliases is not null }
            : new Answer(addresses.AsReadOnly(), Positive(seconds, options.Cache));
    }

    private static TimeSpan Positive(uint seconds, DnsCacheOptions cache)
    {
        var lifetime = TimeSpan.FromSeconds(seconds);
        return lifetime < cache.MinTtl ? cache.MinTtl : Least(lifetime, cache.MaxTtl);
    }

    private void SurveyAnswer(ref MessageReader reader)
    {
        var record = RecordHead.Read(ref reader);
        if (record.Type == query.Type && record.Length != _addressLength)
            throw new MalformedMessageException("An address is longer or shorter than its family's.");
        if (record.Type == RecordType.Alias)
            NoteAlias(ref reader, record);
        reader.MoveTo(record.End);
    }

    private void NoteAlias(ref MessageReader reader, RecordHead record)
    {
        reader.SkipName();
        if (reader.Position != record.End)
            throw new MalformedMessageException("An alias is longer or shorter than it says.");
        Span<byte> target = stackalloc byte[MessageReader.LongestName];
        reader.CopyName(record.Data, target);
        _aliases ??= [];
        if (_aliases.Count < MostAliases)
            _aliases.Add((record.Owner, record.Data, record.Seconds));
    }

    // RFC 2308, 5: an answer without addresses holds as long as the lesser of the SOA record's own TTL and its last field.
    private void SurveyAuthority(ref MessageReader reader)
    {
        const int shortest = 2 + (5 * sizeof(uint));
        var record = RecordHead.Read(ref reader);
        if (record.Type == RecordType.StartOfAuthority)
        {
            reader.MoveTo(record.Length >= shortest ? record.End - sizeof(uint) : throw new MalformedMessageException("A SOA record is too short."));
            _negativeSeconds = Math.Min(record.Seconds, RecordHead.OfTime(reader.ReadUInt32()));
            IsNegative = true;
        }

        reader.MoveTo(record.End);
    }

    // Leaves the last name of the chain; false when it has no end within the limit.
    private bool FollowAliases(ref MessageReader reader, scoped Span<byte> name, int most, ref uint seconds)
    {
        for (var followed = 0; ; followed++)
        {
            var found = false;
            foreach (var (owner, target, lifetime) in _aliases ?? [])
            {
                if (!reader.NameIs(owner, name))
                    continue;
                reader.CopyName(target, name);
                seconds = Math.Min(seconds, lifetime);
                found = true;
                break;
            }

            if (!found || followed == most)
                return !found;
        }
    }

    private List<IPAddress> FindAddresses(ref MessageReader reader, ReadOnlySpan<byte> message, scoped Span<byte> name, int most, ref uint seconds)
    {
        var addresses = new List<IPAddress>();
        // Nearly always every owner is written alike: then it is compared once.
        ReadOnlySpan<byte> same = [], other = [];
        reader.MoveTo(start);
        for (var i = 0; i < _answers && addresses.Count < most; i++)
        {
            var record = RecordHead.Read(ref reader);
            if (record.Type == query.Type)
            {
                var owner = message[record.Owner..record.Fields];
                if (!owner.SequenceEqual(same) && !owner.SequenceEqual(other))
                {
                    if (reader.NameIs(record.Owner, name))
                        same = owner;
                    else
                        other = owner;
                }

                if (owner.SequenceEqual(same))
                {
                    addresses.Add(new IPAddress(reader.ReadBytes(_addressLength)));
                    seconds = Math.Min(seconds, record.Seconds);
                }
            }

            reader.MoveTo(record.End);
        }

        return addresses;
    }

    private static TimeSpan Least(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
