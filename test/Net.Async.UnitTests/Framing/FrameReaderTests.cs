using System.Buffers;
using System.IO.Pipelines;

namespace Net.Async.Tests.Framing;

public class FrameReaderTests(Xunit.Abstractions.ITestOutputHelper output)
{
    public static TheoryData<string> Formats => FrameFormats.Names;

    [Theory, MemberData(nameof(Formats))]
    public async Task ReadAllAsync_SplitAtEveryByte_ReturnsWhatWasWritten(string name)
    {
        var format = FrameFormats.Get(name);
        var messages = FrameFormats.Messages(name);
        var bytes = FrameFormats.Encode(format, messages);
        Assert.Equal(messages, FrameModel.Whole(name, bytes)!);
        for (var split = 0; split <= bytes.Length; split++)
            Assert.Equal(messages, await ReadAsync(format, [bytes[..split], bytes[split..]]));
    }

    [Theory, MemberData(nameof(Formats))]
    public async Task ReadAllAsync_OneByteAtATime_ReturnsWhatWasWritten(string name)
    {
        var format = FrameFormats.Get(name);
        var messages = FrameFormats.Messages(name);
        var bytes = FrameFormats.Encode(format, messages);
        Assert.Equal(messages, await ReadAsync(format, [.. bytes.Select(static one => new[] { one })]));
    }

    [Theory, MemberData(nameof(Formats))]
    public async Task ReadAllAsync_PiecesOfOneByte_ReturnsWhatWasWritten(string name)
    {
        var format = FrameFormats.Get(name);
        var messages = FrameFormats.Messages(name);
        var bytes = FrameFormats.Encode(format, messages);
        // All at once, in a buffer of pieces of a few bytes.
        for (var size = 1; size <= 9; size++)
        {
            using var frames = new FrameReader(PipeReader.Create(Pieces.Of(bytes, size)), format);
            Assert.Equal(messages, await AllAsync(frames));
        }
    }

    [Theory, MemberData(nameof(Formats))]
    public async Task ReadAllAsync_CutOffAtEveryByte_SaysSoUnlessAFrameEndsThere(string name)
    {
        var format = FrameFormats.Get(name);
        var bytes = FrameFormats.Encode(format, FrameFormats.Messages(name));
        for (var length = 0; length < bytes.Length; length++)
        {
            var expected = FrameModel.Whole(name, bytes.AsSpan(0, length));
            if (expected is not null)
                Assert.Equal(expected, await ReadAsync(format, [bytes[..length]]));
            else
                Assert.Equal(ConnectionError.InvalidData, (await Assert.ThrowsAsync<ConnectionException>(() => ReadAsync(format, [bytes[..length]]))).Error);
        }
    }

    [Theory, MemberData(nameof(Formats))]
    public async Task ReadAllAsync_RandomBytes_SaysWhatTheModelSaysOrThatTheDataIsInvalid(string name)
    {
        var random = Seed.Start(output);
        var format = FrameFormats.Get(name);
        for (var run = 0; run < 300; run++)
        {
            var bytes = new byte[random.Next(40)];
            for (var i = 0; i < bytes.Length; i++)
                bytes[i] = random.Next(3) == 0 ? (byte)random.Next(256) : "\n\r-x\0\u0001\u0002"u8[random.Next(7)];
            var split = random.Next(bytes.Length + 1);
            List<byte[]>? read = null;
            try
            {
                read = await ReadAsync(format, [bytes[..split], bytes[split..]]);
            }
            catch (ConnectionException exception) when (exception.Error == ConnectionError.InvalidData)
            {
                // Cut off, too long, or no length: the model has no frames of it, or one that is too long.
            }

            var expected = FrameModel.Whole(name, bytes);
            if (read is not null)
                Assert.Equal(expected!, read);
            else
                Assert.True(expected is null || expected.Exists(frame => frame.Length > format.MaxLength) || name == "varint", $"{Convert.ToHexString(bytes)} split at {split}");
        }
    }

    [Theory]
    [InlineData("lines", "0102030405060D0A")]
    [InlineData("lines", "010203040506")]
    [InlineData("delimited", "0102030405062D2D78")]
    [InlineData("one", "06")]
    [InlineData("two big", "0006")]
    [InlineData("four little", "06000000")]
    [InlineData("four big", "FFFFFFFF")]
    [InlineData("varint", "06")]
    [InlineData("varint", "FFFFFFFF0F")]
    public async Task TryRead_FrameBeyondTheLimit_IsInvalidBeforeItHasCome(string name, string hex)
    {
        var pipe = new Pipe();
        using var frames = new FrameReader(pipe.Reader, FrameFormats.Get(name, maxLength: 5));
        await pipe.Writer.WriteAsync(Convert.FromHexString(hex));
        var waiting = frames.WaitToReadAsync().AsTask();
        if (name == "delimited" || hex.Length == 12)
            await pipe.Writer.WriteAsync(new byte[3]);
        var exception = await Assert.ThrowsAsync<ConnectionException>(() => waiting.Soon());
        Assert.Equal(ConnectionError.InvalidData, exception.Error);
        Assert.Contains("5", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("lines", "01020304050D0A", "0102030405")]
    [InlineData("lines", "01020304050A", "0102030405")]
    [InlineData("lines", "0D0A", "")]
    [InlineData("lines", "0D0D0A", "0D")]
    [InlineData("delimited", "01020304052D2D78", "0102030405")]
    [InlineData("delimited", "2D2D2D78", "2D")]
    [InlineData("varint", "00", "")]
    public async Task ReadAsync_FrameOfTheLimit_IsOne(string name, string hex, string payload) =>
        Assert.Equal([Convert.FromHexString(payload)], await ReadAsync(FrameFormats.Get(name, maxLength: 5), [.. Convert.FromHexString(hex).Select(static one => new[] { one })]));

    [Theory]
    [InlineData("8000")]
    [InlineData("818000")]
    [InlineData("FFFFFFFF10")]
    [InlineData("8080808080")]
    public async Task TryRead_VarIntThatIsNone_IsInvalid(string hex)
    {
        var exception = await Assert.ThrowsAsync<ConnectionException>(() => ReadAsync(FrameFormats.Get("varint"), [Convert.FromHexString(hex)]));
        Assert.Equal(ConnectionError.InvalidData, exception.Error);
        Assert.IsType<FormatException>(exception.InnerException);
    }

    [Fact]
    public async Task Dispose_AfterAFrame_LeavesTheRestInThePipe()
    {
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync("one\ntwo\nthe rest"u8.ToArray());
        var frames = new FrameReader(pipe.Reader, FrameFormat.Lines(10));
        Assert.Equal("one"u8.ToArray(), (await frames.ReadAsync())!.Value.ToArray());
        frames.Dispose();
        frames.Dispose();
        Assert.Equal("two\nthe rest"u8.ToArray(), (await pipe.Reader.ReadAsync()).Buffer.ToArray());
        Assert.Throws<ObjectDisposedException>(() => frames.TryRead(out _));
    }

    [Fact]
    public async Task WaitToReadAsync_Cancelled_LosesNoByte()
    {
        var pipe = new Pipe();
        using var frames = new FrameReader(pipe.Reader, FrameFormat.Lines(10));
        await pipe.Writer.WriteAsync("on"u8.ToArray());
        using var cancellation = new CancellationTokenSource();
        var waiting = frames.WaitToReadAsync(cancellation.Token).AsTask();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.Soon());
        waiting = frames.WaitToReadAsync().AsTask();
        pipe.Reader.CancelPendingRead();
        await Assert.ThrowsAsync<OperationCanceledException>(() => waiting.Soon());
        await pipe.Writer.WriteAsync("e\n"u8.ToArray());
        Assert.Equal("one"u8.ToArray(), (await frames.ReadAsync().Soon())!.Value.ToArray());
    }

    [Theory]
    [InlineData("one\n")]
    [InlineData("one\ntw")]
    public async Task WaitToReadAsync_InputFailsBehindAFrame_IsTheFailureAndNoEnd(string text)
    {
        // A TLS session that is cut off without close_notify ends its input so.
        var pipe = new Pipe();
        using var frames = new FrameReader(pipe.Reader, FrameFormat.Lines(10));
        await pipe.Writer.WriteAsync(System.Text.Encoding.ASCII.GetBytes(text));
        Assert.Equal("one"u8.ToArray(), (await frames.ReadAsync().Soon())!.Value.ToArray());
        var failure = new ConnectionException(ConnectionError.Reset, "Cut off.", null);
        await pipe.Writer.CompleteAsync(failure);
        Assert.Same(failure, await Assert.ThrowsAsync<ConnectionException>(() => frames.WaitToReadAsync().Soon()));
    }

    [Fact]
    public async Task TryRead_SteadyState_AllocatesNothing()
    {
        var format = FrameFormats.Get("two big");
        var bytes = FrameFormats.Encode(format, Enumerable.Repeat(new byte[16], 200));
        var pipe = new Pipe();
        using var frames = new FrameReader(pipe.Reader, format);
        long allocated = 0;
        for (var round = 0; round < 20; round++)
        {
            await pipe.Writer.WriteAsync(bytes);
            var before = GC.GetAllocatedBytesForCurrentThread();
            var count = 0;
            // What has been received completes the wait at once, on this thread.
            Assert.True(await frames.WaitToReadAsync());
            while (frames.TryRead(out _))
                count++;
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.Equal(200, count);
        }

        Assert.Equal(0, allocated);
    }

    [Fact]
    public async Task ReadAllAsync_FormatOfTheUsersOwn_DividesByIt()
    {
        var format = new PairFormat();
        var bytes = FrameFormats.Encode(format, [[1, 2], [3, 4]]);
        Assert.Equal([[1, 2], [3, 4]], await ReadAsync(format, [.. bytes.Select(static one => new[] { one })]));
        Assert.Equal("output", Assert.Throws<ArgumentNullException>(() => FramingExtensions.WriteFrame(null!, format, [])).ParamName);
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(-1, 2, 0)]
    [InlineData(0, -1, 2)]
    [InlineData(1, 2, -1)]
    public async Task WaitToReadAsync_FormatThatFindsNothing_IsAMistakeAndNoLoop(int header, int payload, int trailer)
    {
        var exception = await Assert.ThrowsAsync<InvalidOperationException>(() => ReadAsync(new MisledFormat(header, payload, trailer), [[1, 2, 3]]));
        Assert.Contains(nameof(MisledFormat), exception.Message, StringComparison.Ordinal);
    }

    private static async Task<List<byte[]>> ReadAsync(FrameFormat format, byte[][] pieces)
    {
        var pipe = new Pipe();
        using var frames = new FrameReader(pipe.Reader, format);
        var reading = AllAsync(frames);
        foreach (var piece in pieces)
            await pipe.Writer.WriteAsync(piece);
        await pipe.Writer.CompleteAsync();
        return await reading.Soon();
    }

    private static async Task<List<byte[]>> AllAsync(FrameReader frames)
    {
        var all = new List<byte[]>();
        await foreach (var frame in frames.ReadAllAsync())
            all.Add(frame.ToArray());
        return all;
    }

    private sealed class MisledFormat(int header, int payload, int trailer) : FrameFormat(10)
    {
        protected internal override bool TryFind(in ReadOnlySequence<byte> buffer, long searched, out FrameExtent extent)
        {
            extent = new(header, payload, trailer);
            return true;
        }
    }

    // Two bytes between brackets.
    private sealed class PairFormat() : FrameFormat(2)
    {
        protected internal override bool TryFind(in ReadOnlySequence<byte> buffer, long searched, out FrameExtent extent)
        {
            extent = buffer.FirstSpan[0] == '[' ? new(1, 2, 1) : throw new FormatException("There is no bracket.");
            return true;
        }

        protected internal override void WriteHeader(IBufferWriter<byte> output, int length) => output.Write("["u8);

        protected internal override void WriteTrailer(IBufferWriter<byte> output) => output.Write("]"u8);
    }
}
