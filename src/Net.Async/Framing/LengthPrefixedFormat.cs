using System.Buffers;
using System.Buffers.Binary;

namespace Net.Async;

/// <summary>Frames with their length before them.</summary>
internal sealed class LengthPrefixedFormat : FrameFormat
{
    private const int LongestVarInt = 5;

    private readonly LengthPrefix _prefix;

    public LengthPrefixedFormat(LengthPrefix prefix, int maxLength)
        : base(maxLength)
    {
        var most = prefix switch
        {
            LengthPrefix.OneByte => byte.MaxValue,
            LengthPrefix.TwoBytesBigEndian or LengthPrefix.TwoBytesLittleEndian => ushort.MaxValue,
            LengthPrefix.FourBytesBigEndian or LengthPrefix.FourBytesLittleEndian or LengthPrefix.VarInt => int.MaxValue,
            _ => throw new ArgumentOutOfRangeException(nameof(prefix), prefix, "The prefix is none of the kinds of LengthPrefix."),
        };
        if (maxLength > most)
            throw new ArgumentOutOfRangeException(nameof(maxLength), maxLength, $"The longest payload must be at most {most} bytes: {prefix} says no more.");
        _prefix = prefix;
    }

    protected internal override bool TryFind(in ReadOnlySequence<byte> buffer, long searched, out FrameExtent extent)
    {
        Span<byte> header = stackalloc byte[LongestVarInt];
        header = header[..(int)Math.Min(buffer.Length, LongestVarInt)];
        buffer.Slice(0, header.Length).CopyTo(header);
        return _prefix == LengthPrefix.VarInt ? TryReadVarInt(header, out extent) : TryFindFast(header, out extent);
    }

    internal override bool TryFindFast(ReadOnlySpan<byte> bytes, out FrameExtent extent)
    {
        extent = default;
        switch (_prefix)
        {
            case LengthPrefix.OneByte when bytes.Length >= 1:
                extent = new(1, bytes[0], 0);
                return true;
            case LengthPrefix.TwoBytesBigEndian when bytes.Length >= 2:
                extent = new(2, BinaryPrimitives.ReadUInt16BigEndian(bytes), 0);
                return true;
            case LengthPrefix.TwoBytesLittleEndian when bytes.Length >= 2:
                extent = new(2, BinaryPrimitives.ReadUInt16LittleEndian(bytes), 0);
                return true;
            case LengthPrefix.FourBytesBigEndian when bytes.Length >= 4:
                extent = new(4, BinaryPrimitives.ReadUInt32BigEndian(bytes), 0);
                return true;
            case LengthPrefix.FourBytesLittleEndian when bytes.Length >= 4:
                extent = new(4, BinaryPrimitives.ReadUInt32LittleEndian(bytes), 0);
                return true;
            // Most lengths are short; the others, and what is none, are left to the whole search.
            case LengthPrefix.VarInt when !bytes.IsEmpty && bytes[0] < 0x80:
                extent = new(1, bytes[0], 0);
                return true;
            case LengthPrefix.VarInt when bytes.Length >= 2 && bytes[1] is > 0 and < 0x80:
                extent = new(2, (bytes[0] & 0x7F) | (bytes[1] << 7), 0);
                return true;
            default:
                return false;
        }
    }

    internal override bool HasTrailer => false;

    protected internal override void WriteHeader(IBufferWriter<byte> output, int length)
    {
        var header = output.GetSpan(LongestVarInt);
        output.Advance(_prefix switch
        {
            LengthPrefix.OneByte => WriteByte(header, (byte)length),
            LengthPrefix.TwoBytesBigEndian => Written(header, static (to, value) => BinaryPrimitives.WriteUInt16BigEndian(to, (ushort)value), length, 2),
            LengthPrefix.TwoBytesLittleEndian => Written(header, static (to, value) => BinaryPrimitives.WriteUInt16LittleEndian(to, (ushort)value), length, 2),
            LengthPrefix.FourBytesBigEndian => Written(header, static (to, value) => BinaryPrimitives.WriteInt32BigEndian(to, value), length, 4),
            LengthPrefix.FourBytesLittleEndian => Written(header, static (to, value) => BinaryPrimitives.WriteInt32LittleEndian(to, value), length, 4),
            _ => WriteVarInt(header, (uint)length),
        });
    }

    // Seven bits a byte, the least significant first. Five bytes hold 35 bits: the last may have four.
    private static bool TryReadVarInt(ReadOnlySpan<byte> bytes, out FrameExtent extent)
    {
        var value = 0UL;
        for (var i = 0; i < bytes.Length && i < LongestVarInt; i++)
        {
            value |= (ulong)(bytes[i] & 0x7F) << (7 * i);
            if ((bytes[i] & 0x80) != 0)
                continue;
            if (i > 0 && bytes[i] == 0)
                throw new FormatException("The length is written with more bytes than it needs.");
            if (value > uint.MaxValue)
                throw new FormatException($"The length {value} does not fit into 32 bits.");
            extent = new(i + 1, (long)value, 0);
            return true;
        }

        extent = default;
        return bytes.Length < LongestVarInt ? false : throw new FormatException("The length is written with more than five bytes.");
    }

    private static int WriteByte(Span<byte> to, byte value)
    {
        to[0] = value;
        return 1;
    }

    private static int Written(Span<byte> to, Action<Span<byte>, int> write, int value, int count)
    {
        write(to, value);
        return count;
    }

    private static int WriteVarInt(Span<byte> to, uint value)
    {
        var count = 0;
        for (; value >= 0x80; value >>= 7)
            to[count++] = (byte)(value | 0x80);
        to[count++] = (byte)value;
        return count;
    }
}
