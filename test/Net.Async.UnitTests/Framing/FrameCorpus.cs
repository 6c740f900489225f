namespace Net.Async.Tests.Framing;

/// <summary>Streams of bytes that are hard to divide, for every format: lengths that lie, ends that are nearly there, ends that overlap.</summary>
internal static class FrameCorpus
{
    /// <summary>Pieces that mutated streams are made of: headers of every format, ends and halves of ends.</summary>
    public static IReadOnlyList<byte[]> Pieces { get; } =
    [
        [], [0], [1], [2], [5], [6], [7], [0x7F], [0x80], [0xFF], "\n"u8.ToArray(), "\r"u8.ToArray(), "\r\n"u8.ToArray(), "\r\r\n"u8.ToArray(), "-"u8.ToArray(), "--"u8.ToArray(), "--x"u8.ToArray(), "---x"u8.ToArray(), "-x"u8.ToArray(),
        [0, 0], [0, 1], [1, 0], [0xFF, 0xFF], [0, 0, 0, 0], [0, 0, 0, 3], [3, 0, 0, 0], [0x7F, 0xFF, 0xFF, 0xFF], [0xFF, 0xFF, 0xFF, 0x7F], [0x80, 0, 0, 0], [0, 0, 0, 0x80], [0xFF, 0xFF, 0xFF, 0xFF],
        [0x80, 0], [0x80, 1], [0x81, 0], [0xFF, 0x7F], [0x80, 0x80, 1], [0x80, 0x80, 0x80, 0x80, 1], [0xFF, 0xFF, 0xFF, 0xFF, 7], [0xFF, 0xFF, 0xFF, 0xFF, 0x0F], [0xFF, 0xFF, 0xFF, 0xFF, 0x10], [0x80, 0x80, 0x80, 0x80, 0x80], [0x80, 0x80, 0x80, 0x80, 0x80, 0],
        "abc"u8.ToArray(), "abcdefg"u8.ToArray(), new byte[40], [.. Enumerable.Repeat((byte)'a', 301)],
    ];

    /// <summary>Streams that were thought of: each piece alone, each behind each, and each behind a frame.</summary>
    public static IEnumerable<byte[]> Handmade(string name)
    {
        var frame = FrameFormats.Encode(FrameFormats.Get(name), [name == "fixed" ? new byte[7] : [7]]);
        foreach (var first in Pieces)
        {
            yield return first;
            yield return [.. frame, .. first];
            foreach (var second in Pieces)
                yield return [.. first, .. second];
        }
    }

    /// <summary>A stream of all messages, and each piece behind a frame: few, since a fuzzer that watches coverage combines them itself.</summary>
    public static IEnumerable<byte[]> Few(string name)
    {
        var format = FrameFormats.Get(name);
        var messages = FrameFormats.Messages(name);
        return Pieces.Select(piece => (byte[])[.. FrameFormats.Encode(format, messages[1..2]), .. piece]).Prepend(FrameFormats.Encode(format, messages));
    }

    /// <summary>A stream of frames and pieces in any order, with a byte changed or the end cut off now and then.</summary>
    public static byte[] Mutated(string name, Random random)
    {
        var messages = FrameFormats.Messages(name);
        var bytes = new List<byte>();
        for (var count = random.Next(1, 6); count > 0; count--)
            bytes.AddRange(random.Next(2) == 0 ? FrameFormats.Encode(FrameFormats.Get(name), [messages[random.Next(messages.Length)]]) : Pieces[random.Next(Pieces.Count)]);
        if (bytes.Count > 0 && random.Next(3) == 0)
            bytes[random.Next(bytes.Count)] = (byte)random.Next(256);
        return random.Next(3) == 0 ? [.. bytes.Take(random.Next(bytes.Count + 1))] : [.. bytes];
    }
}
