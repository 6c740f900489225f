using System.Buffers.Binary;

namespace Net.Async;

/// <summary>Where TLVs are in bytes: a type, two bytes of length, the value.</summary>
internal static class ProxyTlvs
{
    public const int HeadLength = 3;

    /// <summary>Finds the next TLV: where its value is. False: none follows, or the bytes end inside of it.</summary>
    /// <param name="bytes">The block.</param>
    /// <param name="at">Where it begins; on return, where the next one does.</param>
    /// <param name="type">Its type.</param>
    /// <param name="value">Its value.</param>
    /// <param name="isCut">Whether the bytes end inside of it.</param>
    public static bool TryNext(ReadOnlySpan<byte> bytes, ref int at, out int type, out Range value, out bool isCut)
    {
        (type, value, isCut) = (0, default, false);
        var left = bytes.Length - at;
        if (left == 0)
            return false;
        isCut = left < HeadLength || left - HeadLength < BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 1)..]);
        if (isCut)
            return false;
        var begin = at + HeadLength;
        var end = begin + BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 1)..]);
        (type, value, at) = (bytes[at], begin..end, end);
        return true;
    }

    /// <summary>Writes one and says how many bytes it took.</summary>
    public static int Write(Span<byte> bytes, int type, ReadOnlySpan<byte> value)
    {
        bytes[0] = (byte)type;
        BinaryPrimitives.WriteUInt16BigEndian(bytes[1..], (ushort)value.Length);
        value.CopyTo(bytes[HeadLength..]);
        return HeadLength + value.Length;
    }
}
