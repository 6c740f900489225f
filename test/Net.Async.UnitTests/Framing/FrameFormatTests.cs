using System.Buffers;

namespace Net.Async.Tests.Framing;

public class FrameFormatTests
{
    [Fact]
    public void Formats_OutsideTheirBounds_NameTheParameterAndTheValue()
    {
        Assert.Equal("maxLength", Assert.Throws<ArgumentOutOfRangeException>(static () => FrameFormat.Lines(-1)).ParamName);
        Assert.Equal("maxLength", Assert.Throws<ArgumentOutOfRangeException>(static () => FrameFormat.LengthPrefixed(LengthPrefix.OneByte, 256)).ParamName);
        Assert.Equal("maxLength", Assert.Throws<ArgumentOutOfRangeException>(static () => FrameFormat.LengthPrefixed(LengthPrefix.TwoBytesBigEndian, 65536)).ParamName);
        Assert.Equal("prefix", Assert.Throws<ArgumentOutOfRangeException>(static () => FrameFormat.LengthPrefixed((LengthPrefix)9, 1)).ParamName);
        Assert.Equal("length", Assert.Throws<ArgumentOutOfRangeException>(static () => FrameFormat.Fixed(0)).ParamName);
        Assert.Equal("delimiter", Assert.Throws<ArgumentException>(static () => FrameFormat.Delimited([], 1)).ParamName);
    }

    [Theory]
    [InlineData("lines", "610A62", "LF at byte 1")]
    [InlineData("lines", "610D", "ends with CR")]
    [InlineData("delimited", "612D2D78", "delimiter at byte 1")]
    [InlineData("fixed", "61", "has 1 bytes")]
    [InlineData("two big", "61616161616161", "at most 5")]
    public void WriteFrame_PayloadThatIsNone_SaysWhyAndWritesNothing(string name, string hex, string reason)
    {
        var output = new ArrayBufferWriter<byte>();
        var exception = Assert.Throws<ArgumentException>(() => output.WriteFrame(FrameFormats.Get(name, maxLength: 5), Convert.FromHexString(hex)));
        Assert.Equal("payload", exception.ParamName);
        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
        Assert.Equal(0, output.WrittenCount);
    }

    // With the delimiter behind it, the payload's end would make one that is found before.
    [Theory]
    [InlineData("abab", "ab", false)]
    [InlineData("aab", "xa", true)]
    [InlineData("aa", "xa", false)]
    [InlineData("--x", "--", true)]
    public void WriteFrame_PayloadAndDelimiterMakeAnEarlierOne_IsRefused(string delimiter, string payload, bool isFrame)
    {
        var output = new ArrayBufferWriter<byte>();
        var format = FrameFormat.Delimited(System.Text.Encoding.ASCII.GetBytes(delimiter), 10);
        var write = () => output.WriteFrame(format, System.Text.Encoding.ASCII.GetBytes(payload));
        if (isFrame)
            write();
        else
            Assert.Throws<ArgumentException>(write);
    }
}
