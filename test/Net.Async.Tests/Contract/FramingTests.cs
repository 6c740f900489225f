using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json.Serialization;

namespace Net.Async.Tests.Contract;

/// <summary>Frames, messages of a parser and JSON lines over every transport.</summary>
public partial class FramingTests : LeakCheck
{
    private static readonly FrameFormat s_frames = FrameFormat.LengthPrefixed(LengthPrefix.FourBytesBigEndian, 1024 * 1024);
    private static readonly FrameFormat s_delimited = FrameFormat.Delimited("\r\n.\r\n"u8, 1024 * 1024);
    private static readonly FrameFormat[] s_long = [FrameFormat.LengthPrefixed(LengthPrefix.VarInt, int.MaxValue), FrameFormat.Delimited([0, 1, 2, 3, 4, 5, 6, 7], int.MaxValue)];

    [Theory, Transports]
    public async Task WriteFrameAsync_OfEveryLength_ArriveInOrder(string name)
    {
        await using var pair = await Transport.Get(name).ConnectPairAsync();
        foreach (var format in (FrameFormat[])[s_frames, s_delimited])
        {
            byte[][] messages = [[], [1], Bytes.Random(2048), Bytes.Random(2049), [], Bytes.Random(70_000), [2]];
            var writing = Task.Run(async () =>
            {
                foreach (var message in messages)
                {
                    await pair.Client.WriteFrameAsync(format, message);
                    await pair.Client.WriteFrameAsync(format, Pieces.Of(message, 1000));
                }
            });
            using var frames = new FrameReader(pair.Accepted.Input, format);
            foreach (var message in messages.SelectMany(static message => (byte[][])[message, message]))
                Assert.True(AreEqual(message, await frames.ReadAsync().Soon()), $"{message.Length} bytes");
            await writing.Soon();
        }
    }

    [Theory, Transports]
    public async Task WriteFrameAsync_CancelledWhileItWaits_SendsTheWholeFrame(string name)
    {
        foreach (var format in s_long)
        {
            await using var pair = await Transport.Get(name).ConnectPairAsync(new() { Buffers = { SendBufferSize = 16384, ReceiveBufferSize = 16384 } });
            var payload = Bytes.Random(512 * 1024);
            using var cancellation = new CancellationTokenSource();
            var writing = pair.Client.WriteFrameAsync(format, payload, cancellation.Token).AsTask();
            Assert.False(writing.IsCompleted);
            await cancellation.CancelAsync();
            Assert.Equal(cancellation.Token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing.Soon())).CancellationToken);
            var lent = payload.ToArray();
            Array.Clear(payload);
            var next = pair.Client.WriteFrameAsync(format, "next"u8.ToArray()).AsTask();
            using var frames = new FrameReader(pair.Accepted.Input, format);
            Assert.True(AreEqual(lent, await frames.ReadAsync().Soon()));
            Assert.Equal("next"u8.ToArray(), (await frames.ReadAsync().Soon())!.Value.ToArray());
            await next.Soon();
        }
    }

    [Theory, Transports]
    public async Task ReadFramesAsync_ThePeerEndsWithinAFrame_SaysSo(string name)
    {
        await using var pair = await Transport.Get(name).ConnectPairAsync();
        await pair.Client.Output.WriteAsync(new byte[] { 0, 0, 0, 1, 7, 0, 0, 0, 2, 8 });
        await pair.Client.DisposeAsync();
        var frames = pair.Accepted.ReadFramesAsync(s_frames).GetAsyncEnumerator();
        Assert.True(await frames.MoveNextAsync().Soon());
        Assert.Equal([7], frames.Current.ToArray());
        var exception = await Assert.ThrowsAsync<ConnectionException>(() => frames.MoveNextAsync().Soon());
        Assert.Equal(ConnectionError.InvalidData, exception.Error);
        Assert.Contains("ended within a frame, behind 5 bytes", exception.Message, StringComparison.Ordinal);
        await frames.DisposeAsync();
    }

    [Theory, Transports(ConnectionCapabilities.Reset)]
    public async Task ReadFramesAsync_ThePeerResets_IsNoEnd(string name)
    {
        // Also where a whole frame is the last thing that came: what should follow it is missing.
        foreach (var bytes in (byte[][])[[0, 0, 0, 1, 7], [0, 0, 0, 1, 7, 0, 0, 0, 2, 8]])
        {
            await using var pair = await Transport.Get(name).ConnectPairAsync();
            await pair.Client.Output.WriteAsync(bytes);
            var frames = pair.Accepted.ReadFramesAsync(s_frames).GetAsyncEnumerator();
            Assert.True(await frames.MoveNextAsync().Soon());
            pair.Client.Abort();
            await frames.MoveNextAsync().ThrowsAsync(ConnectionError.Reset);
            await frames.DisposeAsync();
        }
    }

    [Theory, Transports]
    public async Task ReadFramesAsync_BrokenOff_LeavesTheRestToTheInput(string name)
    {
        await using var pair = await Transport.Get(name).ConnectPairAsync();
        await pair.Client.Output.WriteAsync(new byte[] { 0, 0, 0, 1, 7, 9, 9 });
        await foreach (var frame in pair.Accepted.ReadFramesAsync(s_frames))
        {
            Assert.Equal([7], frame.ToArray());
            break;
        }

        Assert.Equal([9, 9], await pair.Accepted.Input.ReadExactlyAsync(2));
    }

    [Theory, Transports]
    public async Task WriteFrameAsync_ConnectionIsClosed_Throws(string name)
    {
        await using var pair = await Transport.Get(name).ConnectPairAsync();
        await pair.Client.CloseAsync();
        await Assert.ThrowsAsync<ConnectionException>(() => pair.Client.WriteFrameAsync(s_frames, new byte[1]).Soon());
        await Assert.ThrowsAsync<ConnectionException>(() => pair.Client.WriteFrameAsync(s_frames, new byte[10_000]).Soon());
        await Assert.ThrowsAsync<ConnectionException>(() => pair.Client.WriteFrameAsync(s_frames, Pieces.Of(new byte[10_000], 100)).Soon());
        Assert.Equal("payload", (await Assert.ThrowsAsync<ArgumentException>(() => pair.Client.WriteFrameAsync(s_frames, Pieces.Of(new byte[s_frames.MaxLength + 1], 100_000)).Soon())).ParamName);
    }

    [Theory, Transports]
    public async Task ReadMessagesAsync_ParserOfTheUsers_TakesWhatItSays(string name)
    {
        await using var pair = await Transport.Get(name).ConnectPairAsync();
        await pair.Client.WriteAsync("12;345;;6;");
        Assert.Equal("12", await pair.Accepted.ReadMessageAsync<string>(TryParse, 10).Soon());
        await pair.Client.WriteAsync("7");
        await pair.Client.DisposeAsync();
        var messages = new List<string>();
        var exception = await Assert.ThrowsAsync<ConnectionException>(async () =>
        {
            await foreach (var message in pair.Accepted.ReadMessagesAsync<string>(TryParse, 10))
                messages.Add(message);
        });
        Assert.Equal(["345", "", "6"], messages);
        Assert.Equal(ConnectionError.InvalidData, exception.Error);
    }

    [Theory, Transports]
    public async Task ReadMessageAsync_ParserThatMisbehaves_ThrowsAndLosesNoByte(string name)
    {
        await using var pair = await Transport.Get(name).ConnectPairAsync();
        await pair.Client.WriteAsync("12345;");
        await Assert.ThrowsAsync<InvalidOperationException>(() => pair.Accepted.ReadMessageAsync<string>(TakeNothing, 10).Soon());
        var exception = await Assert.ThrowsAsync<ConnectionException>(() => pair.Accepted.ReadMessageAsync<string>(Refuse, 10).Soon());
        Assert.Equal((ConnectionError.InvalidData, true), (exception.Error, exception.Message.Contains("No digit", StringComparison.Ordinal)));
        Assert.Equal("12345", await pair.Accepted.ReadMessageAsync<string>(TryParse, 10).Soon());
        await pair.Client.WriteAsync("12345678901");
        Assert.Contains("more than 10 bytes", (await Assert.ThrowsAsync<ConnectionException>(() => pair.Accepted.ReadMessageAsync<string>(TryParse, 10).Soon())).Message, StringComparison.Ordinal);
        Assert.Equal("maxLength", (await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => pair.Accepted.ReadMessageAsync<string>(TryParse, 0).Soon())).ParamName);
    }

    [Theory, Transports]
    public async Task JsonLines_BothWays_AreDocuments(string name)
    {
        await using var pair = await Transport.Get(name).ConnectPairAsync();
        await pair.Client.WriteJsonLineAsync(new Point(1, "a\nb"), Json.Default.Point);
        await pair.Client.WriteAsync("\r\n\n{ \"X\": 2 }\nnull\n{ \"X\": 3 } 4\n");
        var points = pair.Accepted.ReadJsonLinesAsync(Json.Default.Point, 100).GetAsyncEnumerator();
        foreach (var expected in (Point?[])[new(1, "a\nb"), new(2, null), null])
        {
            Assert.True(await points.MoveNextAsync().Soon());
            Assert.Equal(expected, points.Current);
        }

        var exception = await Assert.ThrowsAsync<ConnectionException>(() => points.MoveNextAsync().Soon());
        Assert.Equal(ConnectionError.InvalidData, exception.Error);
        Assert.IsType<System.Text.Json.JsonException>(exception.InnerException, exactMatch: false);
        await points.DisposeAsync();
    }

    private static bool AreEqual(byte[] expected, ReadOnlySequence<byte>? frame) => expected.AsSpan().SequenceEqual(frame!.Value.ToArray());

    private static bool TakeNothing(ref ReadOnlySequence<byte> buffer, [MaybeNullWhen(false)] out string message)
    {
        message = "none";
        return true;
    }

    private static bool Refuse(ref ReadOnlySequence<byte> buffer, [MaybeNullWhen(false)] out string message) => throw new FormatException("No digit.");

    private static bool TryParse(ref ReadOnlySequence<byte> buffer, [MaybeNullWhen(false)] out string message)
    {
        message = null;
        if (buffer.PositionOf((byte)';') is not { } end)
            return false;
        message = Encoding.ASCII.GetString(buffer.Slice(0, end));
        buffer = buffer.Slice(buffer.GetPosition(1, end));
        return true;
    }

    private sealed record Point(int X, string? Text);

    [JsonSerializable(typeof(Point))]
    [JsonSourceGenerationOptions(WriteIndented = true)]
    private sealed partial class Json : JsonSerializerContext;
}
