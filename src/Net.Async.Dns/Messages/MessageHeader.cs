using System.Buffers.Binary;

namespace Net.Async;

/// <summary>The first twelve octets of a message (RFC 1035, 4.1.1).</summary>
internal readonly record struct MessageHeader(ushort Id, ushort Flags, ushort Questions, ushort Answers, ushort Authorities, ushort Additionals)
{
    public const int Length = 12;

    private const ushort ResponseBit = 0x8000, AuthoritativeBit = 0x0400, TruncatedBit = 0x0200, RecursionAvailableBit = 0x0080, CodeBits = 0x000F;

    public bool IsResponse => (Flags & ResponseBit) != 0;

    public bool IsTruncated => (Flags & TruncatedBit) != 0;

    /// <summary>The server is neither one that recurses nor one of the zone.</summary>
    public bool IsLame => (Flags & (AuthoritativeBit | RecursionAvailableBit)) == 0;

    /// <summary>The lower four bits of the code; an OPT record has the others.</summary>
    public int Code => Flags & CodeBits;

    /// <summary>Marks a message whose end was lost on the way.</summary>
    public static void SetTruncated(Span<byte> message) => message[2] |= TruncatedBit >> 8;

    /// <summary>Reads it; the message has that many octets.</summary>
    public static MessageHeader Read(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadUInt16BigEndian(bytes), BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]), BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]),
        BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]), BinaryPrimitives.ReadUInt16BigEndian(bytes[8..]), BinaryPrimitives.ReadUInt16BigEndian(bytes[10..]));
}
