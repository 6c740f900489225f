using System.Text;
using Xunit.Abstractions;

namespace Net.Async.Tests;

public class NetEndPointRandomTests(ITestOutputHelper output)
{
    private static readonly string[] s_pieces =
    [
        "tcp://", "unix:", "pipe:", "@", "/", "\\", "[", "]", ":", "::", "::1", "fe80::1", "%", "%1", "127.0.0.1", "127.1", "1.2.3.256", "0x7f", "localhost", "a", "-", ".",
        "80", "0", "65535", "65536", " ", "\t", "\0", "ü", "😀", "\ud800", "\uffff", "٣", "+", "#", new('x', 70), new('1', 40),
    ];

    [Fact]
    public void Parse_RandomText_ThrowsNothingButFormatException()
    {
        var random = Seed.Start(output);
        for (var i = 0; i < 100_000; i++)
        {
            var text = RandomText(random);
            var exception = Record.Exception(() => NetEndPoint.Parse(text));

            Assert.True(exception is null or FormatException, $"{Escape(text)}: {exception}");
            Assert.True(NetEndPoint.TryParse(text, out _) == exception is null, $"{Escape(text)}: TryParse and Parse differ");
        }
    }

    [Fact]
    public void Format_RandomTextThatWasRead_IsReadBack()
    {
        var random = Seed.Start(output);
        var read = 0;
        for (var i = 0; i < 500_000; i++)
        {
            if (!NetEndPoint.TryParse(RandomText(random), out var endPoint))
                continue;
            read++;
            var text = NetEndPoint.Format(endPoint);

            Assert.True(NetEndPoint.TryParse(text, out var again), $"{Escape(text)} is not read back");
            Assert.True(endPoint.Equals(again) && NetEndPoint.Format(again) == text, $"{Escape(text)} is read back as {again}");
        }

        Assert.InRange(read, 5_000, 495_000);
    }

    private static string RandomText(Random random)
    {
        var text = new StringBuilder();
        for (var count = random.Next(1, 6); count > 0; count--)
            text.Append(s_pieces[random.Next(s_pieces.Length)]);
        return text.ToString();
    }

    private static string Escape(string text) =>
        string.Concat(text.Select(static c => c is > ' ' and < '\x7f' ? c.ToString() : $"\\u{(int)c:x4}"));
}
