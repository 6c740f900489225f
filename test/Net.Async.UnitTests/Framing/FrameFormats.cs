using System.Buffers;

namespace Net.Async.Tests.Framing;

/// <summary>Every format by name, with messages that it can carry.</summary>
internal static class FrameFormats
{
    public const int MaxLength = 300;

    public static IReadOnlyList<string> All { get; } = ["lines", "delimited", "fixed", "one", "two big", "two little", "four big", "four little", "varint"];

    public static TheoryData<string> Names => [.. All];

    public static FrameFormat Get(string name, int maxLength = MaxLength) => name switch
    {
        "lines" => FrameFormat.Lines(maxLength),
        "delimited" => FrameFormat.Delimited("--x"u8, maxLength),
        "fixed" => FrameFormat.Fixed(7),
        "one" => FrameFormat.LengthPrefixed(LengthPrefix.OneByte, Math.Min(maxLength, 255)),
        "two big" => FrameFormat.LengthPrefixed(LengthPrefix.TwoBytesBigEndian, maxLength),
        "two little" => FrameFormat.LengthPrefixed(LengthPrefix.TwoBytesLittleEndian, maxLength),
        "four big" => FrameFormat.LengthPrefixed(LengthPrefix.FourBytesBigEndian, maxLength),
        "four little" => FrameFormat.LengthPrefixed(LengthPrefix.FourBytesLittleEndian, maxLength),
        _ => FrameFormat.LengthPrefixed(LengthPrefix.VarInt, maxLength),
    };

    /// <summary>Messages that the format can carry: empty ones, those of the limit, and what looks like the beginning of an end.</summary>
    public static byte[][] Messages(string name) => name == "fixed"
        ? [.. Enumerable.Range(0, 6).Select(static i => Enumerable.Range(i, 7).Select(static value => (byte)value).ToArray())]
        : [[], [0], [.. "hello"u8], [], [.. "--"u8, 1], [13, 65], Filled(127), Filled(128), Filled(name == "one" ? 255 : MaxLength), []];

    public static byte[] Encode(FrameFormat format, IEnumerable<byte[]> messages)
    {
        var output = new ArrayBufferWriter<byte>();
        foreach (var message in messages)
            output.WriteFrame(format, message);
        return output.WrittenSpan.ToArray();
    }

    private static byte[] Filled(int length) => [.. Enumerable.Range(0, length).Select(static i => (byte)('a' + (i % 26)))];
}
