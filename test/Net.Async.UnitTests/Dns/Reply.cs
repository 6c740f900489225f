using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Net.Async.Tests;

/// <summary>A query as the scripted name server has received it.</summary>
internal sealed record ReceivedQuery(byte[] Bytes, bool OverTcp)
{
    public const ushort A = 1, Aaaa = 28;

    public ushort Id => BinaryPrimitives.ReadUInt16BigEndian(Bytes);

    public string Name
    {
        get
        {
            var labels = new List<string>();
            for (var at = 12; Bytes[at] != 0; at += Bytes[at] + 1)
                labels.Add(Encoding.ASCII.GetString(Bytes, at + 1, Bytes[at]));
            return string.Join('.', labels);
        }
    }

    public ushort Type => BinaryPrimitives.ReadUInt16BigEndian(Bytes.AsSpan(12 + Name.Length + 2));

    /// <summary>The query carries an additional record: OPT (RFC 6891).</summary>
    public bool HasEdns => Bytes[11] > 0;

    /// <summary>The AD bit (RFC 6840, 5.7).</summary>
    public bool AsksForAuthenticData => (Bytes[3] & 0x20) != 0;

    /// <summary>The question as it came: name, type, class.</summary>
    public ReadOnlySpan<byte> Question => Bytes.AsSpan(12, Name.Length + 2 + 4);
}

/// <summary>Writes a response, octet by octet: right ones and wrong ones.</summary>
internal sealed class Reply(ReceivedQuery query)
{
    private readonly List<byte> _answers = [];
    private readonly List<byte> _authorities = [];
    private readonly List<byte> _additionals = [];
    private ushort _answerCount, _authorityCount, _additionalCount, _flags = 0x8180;

    public ushort Id { get; init; } = query.Id;

    public byte[] Question { get; init; } = query.Question.ToArray();

    /// <summary>Repeats the question; the counts of the header say so.</summary>
    public ushort QuestionCount { get; init; } = 1;

    public Reply Code(int code) => Flag((ushort)code);

    public Reply Truncated() => Flag(0x0200);

    public Reply NoResponse()
    {
        _flags &= 0x7FFF;
        return this;
    }

    public Reply Add(string address, uint ttl = 60, string? owner = null)
    {
        var parsed = IPAddress.Parse(address);
        return Record(owner, parsed.AddressFamily == AddressFamily.InterNetwork ? ReceivedQuery.A : ReceivedQuery.Aaaa, ttl, parsed.GetAddressBytes());
    }

    public Reply Alias(string target, uint ttl = 60, string? owner = null) => Record(owner, 5, ttl, NameBytes(target));

    public Reply Record(string? owner, ushort type, uint ttl, byte[] data, ushort recordClass = 1)
    {
        _answerCount++;
        Write(_answers, owner, type, ttl, data, recordClass);
        return this;
    }

    /// <summary>An OPT record with the upper bits of the response code, and an extended error (RFC 8914) when there is a text.</summary>
    public Reply Opt(byte upperCode = 0, ushort error = 0, string? text = null)
    {
        _additionalCount++;
        byte[] option = text is null ? [] : [.. Bytes((ushort)15), .. Bytes((ushort)(2 + Encoding.UTF8.GetByteCount(text))), .. Bytes(error), .. Encoding.UTF8.GetBytes(text)];
        _additionals.AddRange([0, 0, 41, 0x04, 0xD0, upperCode, 0, 0, 0, .. Bytes((ushort)option.Length), .. option]);
        return this;
    }

    /// <summary>Neither recursion available nor authoritative.</summary>
    public Reply Lame()
    {
        _flags &= 0xFB7F;
        return this;
    }

    /// <summary>So many octets as they are, counted as one record.</summary>
    public Reply Raw(byte[] record)
    {
        _answerCount++;
        _answers.AddRange(record);
        return this;
    }

    /// <summary>Of the message so far.</summary>
    public int Length => 12 + Question.Length + _answers.Count + _authorities.Count + _additionals.Count;

    public Reply Soa(uint ttl, uint minimum)
    {
        _authorityCount++;
        byte[] numbers = [.. Enumerable.Repeat((byte)0, 16), .. Bytes(minimum)];
        Write(_authorities, "test", 6, ttl, [.. NameBytes("ns.test"), .. NameBytes("root.test"), .. numbers], 1);
        return this;
    }

    public byte[] ToBytes() =>
    [
        .. Bytes(Id), .. Bytes(_flags), .. Bytes(QuestionCount), .. Bytes(_answerCount), .. Bytes(_authorityCount), .. Bytes(_additionalCount),
        .. QuestionCount == 0 ? [] : Question, .. _answers, .. _authorities, .. _additionals,
    ];

    public static byte[] NameBytes(string name) => [.. name.Split('.').SelectMany(label => (byte[])[(byte)label.Length, .. Encoding.ASCII.GetBytes(label)]), 0];

    /// <summary>A header and nothing else; its counts are those of the query or zero.</summary>
    public static byte[] Bare(ReceivedQuery query, int code, bool keepsCounts = false) =>
        [.. Bytes(query.Id), .. Bytes((ushort)(0x8180 | code)), .. keepsCounts ? query.Bytes[4..12] : new byte[8]];

    private Reply Flag(ushort flag)
    {
        _flags |= flag;
        return this;
    }

    // Without an owner: a pointer to the question's name.
    private static void Write(List<byte> to, string? owner, ushort type, uint ttl, byte[] data, ushort recordClass)
    {
        to.AddRange(owner is null ? [0xC0, 12] : NameBytes(owner));
        to.AddRange([.. Bytes(type), .. Bytes(recordClass), .. Bytes(ttl), .. Bytes((ushort)data.Length), .. data]);
    }

    private static byte[] Bytes(ushort value) => [(byte)(value >> 8), (byte)value];

    private static byte[] Bytes(uint value) => [.. Bytes((ushort)(value >> 16)), .. Bytes((ushort)value)];
}
