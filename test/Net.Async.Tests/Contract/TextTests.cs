using System.Text;

namespace Net.Async.Tests.Contract;

/// <summary>Lines and strings, in any encoding, however the bytes arrive.</summary>
public class TextTests : LeakCheck
{
    private const string Text = "first\r\nzweite Zeile: äöü €\n\nמ\r still the fourth\r\n";

    private static readonly string[] s_lines = ["first", "zweite Zeile: äöü €", "", "מ\r still the fourth", "no end"];

    public static TheoryData<string, int> Encodings { get; } = [];

    static TextTests()
    {
        foreach (var encoding in (string[])["utf-8", "utf-16", "utf-16BE", "utf-32", "utf-32BE"])
        {
            foreach (var piece in (int[])[1, 2, 3, 7, 100_000])
                Encodings.Add(encoding, piece);
        }
    }

    [Theory, MemberData(nameof(Encodings))]
    public async Task ReadLinesAsync_AnyEncodingInPieces_AreTheLines(string name, int piece)
    {
        var encoding = Encoding.GetEncoding(name);
        await using var pair = await Transport.Get("tcp4").ConnectPairAsync();
        var reading = ToListAsync(pair.Accepted.ReadLinesAsync(encoding));
        foreach (var chunk in encoding.GetBytes(Text + "no end").Chunk(piece))
        {
            await pair.Client.Output.WriteAsync(chunk).Soon();
            await Eventually.IsAsync(() => pair.Accepted.BytesRead == pair.Client.BytesWritten, "the piece was not read");
        }

        await pair.Client.Output.CompleteAsync().AsTask().Soon();
        Assert.Equal(s_lines, await reading.Soon());
    }

    [Theory, Transports]
    public async Task WriteAsync_Strings_AreReadAsLines(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        await pair.Client.WriteAsync("EHLO ärger\r\n").AsTask().Soon();
        Assert.Equal("EHLO ärger", await pair.Accepted.ReadLineAsync().Soon());
        await pair.Accepted.WriteAsync("250 Größe\n", Encoding.Latin1).AsTask().Soon();
        Assert.Equal("250 Größe", await pair.Client.ReadLineAsync(Encoding.Latin1).Soon());
        Assert.Equal("L'État, c'est moi\n".Length + 1, await WrittenAsync(pair.Client, "L'État, c'est moi\n"));
    }

    [Theory, Transports]
    public async Task WriteLineAsync_WithEachEnd_IsOneLine(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        await pair.Client.WriteLineAsync("one").AsTask().Soon();
        await pair.Client.WriteLineAsync("zwei ä", "\r\n", Encoding.Latin1).AsTask().Soon();
        await pair.Client.WriteLineAsync().AsTask().Soon();
        await pair.Client.WriteLineAsync(new string('x', 10_000), CancellationToken.None).AsTask().Soon();
        await pair.Client.WriteAsync("no end", CancellationToken.None).AsTask().Soon();
        var closing = pair.Client.CloseAsync();

        Assert.Equal(4 + 8 + 1 + 10_001 + 6, pair.Client.BytesWritten);
        Assert.Equal("one", await pair.Accepted.ReadLineAsync(CancellationToken.None).Soon());
        Assert.Equal("zwei ä", await pair.Accepted.ReadLineAsync(Encoding.Latin1).Soon());
        Assert.Equal(["", new string('x', 10_000), "no end"], await ToListAsync(pair.Accepted.ReadLinesAsync(CancellationToken.None)).Soon());
        await pair.Accepted.CloseAsync().Soon();
        await closing.Soon();
    }

    [Fact]
    public async Task TextCalls_TokenCancelled_DoNothing()
    {
        await using var pair = await Transport.Get("tcp4").ConnectPairAsync();
        var token = new CancellationToken(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pair.Client.WriteLineAsync("x", token).AsTask());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pair.Client.WriteAsync("x", token).AsTask());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pair.Client.ReadLineAsync(token).AsTask());
        Assert.Equal(0, pair.Client.BytesWritten + pair.Client.UnflushedBytes);
        Assert.Equal("text", (await Assert.ThrowsAsync<ArgumentNullException>(() => pair.Client.WriteLineAsync(null!).AsTask())).ParamName);
        Assert.Equal("newLine", (await Assert.ThrowsAsync<ArgumentNullException>(() => pair.Client.WriteLineAsync("x", newLine: null!).AsTask())).ParamName);
    }

    [Fact]
    public async Task ReadLineAsync_EncodingThrows_TheLineIsStillThere()
    {
        await using var pair = await Transport.Get("tcp4").ConnectPairAsync();
        await pair.Client.Output.WriteAsync(new byte[] { (byte)'a', 0xFF, (byte)'\n' }).Soon();
        await Assert.ThrowsAsync<DecoderFallbackException>(() => pair.Accepted.ReadLineAsync(new UTF8Encoding(false, throwOnInvalidBytes: true)).Soon());
        Assert.Equal("a\u00FF", await pair.Accepted.ReadLineAsync(Encoding.Latin1).Soon());
    }

    [Fact]
    public async Task WriteAsync_MoreThanMayBeUnflushed_IsSentInPieces()
    {
        await using var pair = await Transport.Get("tcp4").ConnectPairAsync();
        var text = string.Concat(Enumerable.Repeat("a\U0001F600", 4 * 1024 * 1024));
        using var received = new MemoryStream();
        var reading = pair.Accepted.Input.CopyToAsync(received);
        await pair.Client.WriteAsync(text).AsTask().Soon();
        await pair.Client.Output.CompleteAsync().AsTask().Soon();
        await reading.Soon();
        Assert.True(text == Encoding.UTF8.GetString(received.ToArray()), "another text came");
    }

    [Theory, InlineData(10), InlineData(3_000_000)]
    public async Task WriteAsync_EncodingThrows_WritesNothing(int length)
    {
        await using var pair = await Transport.Get("tcp4").ConnectPairAsync();
        var ascii = Encoding.GetEncoding("us-ascii", EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
        await Assert.ThrowsAsync<EncoderFallbackException>(() => pair.Client.WriteAsync(new string('a', length) + "ä", ascii).AsTask().Soon());
        Assert.Equal((0, 0), (pair.Client.BytesWritten, pair.Client.Output.UnflushedBytes));
    }

    [Theory, Transports]
    public async Task ReadLinesAsync_LoopLeft_TheRestIsInTheInput(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        await pair.Client.WriteAsync("length 4\nab\ncd\n").AsTask().Soon();
        await foreach (var line in pair.Accepted.ReadLinesAsync())
        {
            Assert.Equal("length 4", line);
            // At rest between two lines: read otherwise, and go on.
            Assert.Equal("ab\nc", Encoding.ASCII.GetString(await pair.Accepted.Input.ReadExactlyAsync(4)));
            break;
        }

        Assert.Equal("d", await pair.Accepted.ReadLineAsync().Soon());
    }

    [Theory]
    [InlineData("12345678\n", true)]
    [InlineData("12345678\r\n", true)]
    [InlineData("12345678", true)]
    [InlineData("123456789\n", false)]
    [InlineData("123456789", false)]
    [InlineData("12345678901", false)]
    public async Task ReadLineAsync_LineOfTheLimit_IsReadAndALongerOneIsNot(string text, bool fits)
    {
        await using var pair = await Transport.Get("tcp4").ConnectPairAsync();
        await pair.Client.WriteAsync(text).AsTask().Soon();
        await pair.Client.Output.CompleteAsync().AsTask().Soon();
        var line = pair.Accepted.ReadLineAsync(maxLength: 8).AsTask();
        if (fits)
            Assert.Equal("12345678", await line.Soon());
        else
            await line.ThrowsAsync(ConnectionError.InvalidData);
    }

    [Fact]
    public async Task ReadLineAsync_EndlessLine_IsRefusedWhileItComes()
    {
        await using var pair = await Transport.Get("tcp4").ConnectPairAsync();
        var line = pair.Accepted.ReadLineAsync(maxLength: 1000).AsTask();
        await pair.Client.Output.WriteAsync(new byte[1003]).Soon();
        await line.ThrowsAsync(ConnectionError.InvalidData);
    }

    [Theory, Transports]
    public async Task ReadLineAsync_Cancelled_LosesNoByte(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        await pair.Client.WriteAsync("half").AsTask().Soon();
        using var source = new CancellationTokenSource();
        var line = pair.Accepted.ReadLineAsync(cancellationToken: source.Token).AsTask();
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => line);
        line = pair.Accepted.ReadLineAsync().AsTask();
        pair.Accepted.Input.CancelPendingRead();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => line.Soon());
        await pair.Client.WriteAsync(" whole\nnext\n").AsTask().Soon();
        Assert.Equal("half whole", await pair.Accepted.ReadLineAsync().Soon());
        // Cancelled with a line at hand: the line comes first, the cancel is not forgotten.
        await pair.Accepted.Input.ReceiveAtLeastAsync("next\n".Length);
        pair.Accepted.Input.CancelPendingRead();
        Assert.Equal("next", await pair.Accepted.ReadLineAsync().Soon());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pair.Accepted.ReadLineAsync().Soon());
    }

    [Fact]
    public async Task Text_Mistakes_NameTheParameter()
    {
        await using var pair = await Transport.Get("tcp4").ConnectPairAsync();
        Assert.Equal("maxLength", Assert.Throws<ArgumentOutOfRangeException>(() => pair.Client.ReadLinesAsync(maxLength: 0)).ParamName);
        Assert.Equal("maxLength", (await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await pair.Client.ReadLineAsync(maxLength: -1))).ParamName);
        Assert.Equal("text", (await Assert.ThrowsAsync<ArgumentNullException>(async () => await pair.Client.WriteAsync((string)null!))).ParamName);
        pair.Client.Abort();
        await pair.Client.WriteAsync("x").AsTask().ThrowsAsync(ConnectionError.Aborted);
    }

    private static async Task<long> WrittenAsync(Connection connection, string text)
    {
        var before = connection.BytesWritten;
        await connection.WriteAsync(text).AsTask().Soon();
        return connection.BytesWritten - before;
    }

    private static async Task<List<string>> ToListAsync(IAsyncEnumerable<string> lines)
    {
        var list = new List<string>();
        await foreach (var line in lines)
            list.Add(line);
        return list;
    }
}
