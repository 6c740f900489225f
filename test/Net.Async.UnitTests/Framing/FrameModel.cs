using System.Buffers.Binary;

namespace Net.Async.Tests.Framing;

/// <summary>What a whole stream means, by a decoder that has all of it at once and knows nothing of buffers.</summary>
internal static class FrameModel
{
    /// <summary>The frames before the first error, and whether there is one: a frame that is too long, no frame, or cut off.</summary>
    public static (List<byte[]> Frames, bool IsInvalid) Play(string name, int maxLength, ReadOnlySpan<byte> bytes)
    {
        var frames = new List<byte[]>();
        while (!bytes.IsEmpty)
        {
            if (!TryExtent(name, bytes, out var header, out var length, out var trailer) || length > maxLength || header + length + trailer > bytes.Length)
                return (frames, true);
            frames.Add(bytes.Slice(header, (int)length).ToArray());
            bytes = bytes[(int)(header + length + trailer)..];
        }

        return (frames, false);
    }

    /// <summary>The frames of a stream, however long; null where they are cut off, or no frames.</summary>
    public static List<byte[]>? Whole(string name, ReadOnlySpan<byte> bytes) => Play(name, int.MaxValue, bytes) is { IsInvalid: false } played ? played.Frames : null;

    private static bool TryExtent(string name, ReadOnlySpan<byte> bytes, out int header, out long length, out int trailer)
    {
        (header, length, trailer) = (0, 7, 0);
        switch (name)
        {
            case "fixed":
                return true;
            case "lines":
                var end = bytes.IndexOf((byte)'\n');
                trailer = end > 0 && bytes[end - 1] == '\r' ? 2 : 1;
                length = end + 1 - trailer;
                return end >= 0;
            case "delimited":
                (length, trailer) = (bytes.IndexOf("--x"u8), 3);
                return length >= 0;
            case "varint":
                return TryVarInt(bytes, out header, out length);
            default:
                header = name[..3] switch { "one" => 1, "two" => 2, _ => 4 };
                if (bytes.Length < header)
                    return false;
                length = name switch
                {
                    "one" => bytes[0],
                    "two big" => BinaryPrimitives.ReadUInt16BigEndian(bytes),
                    "two little" => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
                    "four big" => BinaryPrimitives.ReadUInt32BigEndian(bytes),
                    _ => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
                };
                return true;
        }
    }

    private static bool TryVarInt(ReadOnlySpan<byte> bytes, out int header, out long length)
    {
        (header, length) = (0, 0);
        foreach (var one in bytes[..Math.Min(bytes.Length, 5)])
        {
            length += (long)(one & 0x7F) << (7 * header++);
            if (one < 0x80)
                return length <= uint.MaxValue && (header == 1 || one != 0);
        }

        return false;
    }
}
