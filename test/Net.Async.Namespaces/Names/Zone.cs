using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Net.Async.Namespaces;

/// <summary>The entries of the name server, and the answers made of them.</summary>
internal sealed class Zone(IReadOnlyList<ZoneEntry> entries)
{
    private const int Response = 0x8180, Truncated = 0x0200, PointerToName = 0xc00c;

    /// <summary>What is said of a family of a name.</summary>
    public ZoneEntry Find(Question question) =>
        entries.FirstOrDefault(entry => entry.Name == question.Name && entry.Family == question.Family)
        ?? new ZoneEntry { Name = question.Name, Code = entries.Any(entry => entry.Name == question.Name) ? 0 : ZoneEntry.NameError };

    /// <summary>The message (RFC 1035, 4.1); more than fits is left out, and said to be.</summary>
    public static byte[] Answer(Question question, ZoneEntry entry, int room)
    {
        var records = entry.Code == 0 ? entry.Addresses.Select(address => Record(question.Type, IPAddress.Parse(address))).ToArray() : [];
        var fits = Question.Header + question.Bytes.Length + records.Sum(record => record.Length) <= room;
        var message = new MemoryStream();
        Span<byte> header = stackalloc byte[Question.Header];
        header.Clear();
        BinaryPrimitives.WriteUInt16BigEndian(header, question.Id);
        BinaryPrimitives.WriteUInt16BigEndian(header[2..], (ushort)(Response | (fits ? 0 : Truncated) | entry.Code));
        BinaryPrimitives.WriteUInt16BigEndian(header[4..], 1);
        BinaryPrimitives.WriteUInt16BigEndian(header[6..], (ushort)(fits ? records.Length : 0));
        message.Write(header);
        message.Write(question.Bytes.Span);
        foreach (var record in fits ? records : [])
            message.Write(record);
        return message.ToArray();
    }

    // A time to live of 0: what a test says next is heard.
    private static byte[] Record(ushort type, IPAddress address)
    {
        var data = address.GetAddressBytes();
        var record = new byte[12 + data.Length];
        BinaryPrimitives.WriteUInt16BigEndian(record, PointerToName);
        BinaryPrimitives.WriteUInt16BigEndian(record.AsSpan(2), type);
        BinaryPrimitives.WriteUInt16BigEndian(record.AsSpan(4), 1);
        BinaryPrimitives.WriteUInt16BigEndian(record.AsSpan(10), (ushort)data.Length);
        data.CopyTo(record, 12);
        return record;
    }
}
