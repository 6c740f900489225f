using System.Buffers.Binary;

namespace Net.Async;

/// <summary>What every record starts with (RFC 1035, 4.1.3).</summary>
/// <param name="Owner">Where its owner's name starts.</param>
/// <param name="Fields">Where the name has ended.</param>
/// <param name="Type">Its type; 0 when it is of another class than the internet's.</param>
/// <param name="Class">Its class; an OPT record has another field in this place.</param>
/// <param name="TimeToLive">In seconds; an OPT record has other fields in this place.</param>
/// <param name="Data">Where its data starts.</param>
/// <param name="End">Where the next record starts.</param>
internal readonly record struct RecordHead(int Owner, int Fields, RecordType Type, ushort Class, uint TimeToLive, int Data, int End)
{
    /// <summary>RFC 2181, 8: with the top bit set it is zero.</summary>
    public uint Seconds => OfTime(TimeToLive);

    public int Length => End - Data;

    public static uint OfTime(uint seconds) => seconds > int.MaxValue ? 0 : seconds;

    /// <summary>Reads the head, and leaves the reader at the data, which the message has.</summary>
    /// <exception cref="MalformedMessageException">There is none.</exception>
    public static RecordHead Read(ref MessageReader reader)
    {
        var owner = reader.Position;
        reader.SkipName();
        var behind = reader.Position;
        var fields = reader.ReadBytes(10);
        var type = (RecordType)BinaryPrimitives.ReadUInt16BigEndian(fields);
        var recordClass = BinaryPrimitives.ReadUInt16BigEndian(fields[2..]);
        // Of another class it is no record of ours, whatever its type says.
        if (recordClass != QueryMessage.ClassInternet && type != RecordType.Opt)
            type = default;
        var data = reader.Position;
        var end = data + BinaryPrimitives.ReadUInt16BigEndian(fields[8..]);
        reader.CheckWithin(end);
        return new RecordHead(owner, behind, type, recordClass, BinaryPrimitives.ReadUInt32BigEndian(fields[4..]), data, end);
    }
}
