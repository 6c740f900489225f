namespace Net.Async;

/// <summary>How the length of a frame is written before it.</summary>
public enum LengthPrefix
{
    /// <summary>One byte: 0 to 255.</summary>
    OneByte,

    /// <summary>Two bytes, the most significant first, as in DNS over TCP (RFC 1035, 4.2.2).</summary>
    TwoBytesBigEndian,

    /// <summary>Two bytes, the least significant first.</summary>
    TwoBytesLittleEndian,

    /// <summary>Four bytes, the most significant first: network byte order.</summary>
    FourBytesBigEndian,

    /// <summary>Four bytes, the least significant first.</summary>
    FourBytesLittleEndian,

    /// <summary>One to five bytes of seven bits each, the least significant first, the high bit set in all but the last: the varint of Protocol Buffers and the base 128 of LEB128.</summary>
    VarInt,
}
