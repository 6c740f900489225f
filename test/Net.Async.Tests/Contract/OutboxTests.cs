using System.Buffers;
using System.IO.Pipelines;
using Xunit.Abstractions;

namespace Net.Async.Tests.Contract;

/// <summary>Many writers of one connection, over every transport.</summary>
public class OutboxTests(ITestOutputHelper log) : LeakCheck
{
    private const int Writers = 8, Each = 12, Longest = 200_000;

    [Theory, Transports]
    public async Task Post_EightWriters_EachMessageArrivesWholeAndInItsWritersOrder(string transport)
    {
        var seed = Seed.Start(log).Next();
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        var reading = pair.Accepted.Input.ReadToEndAsync();
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(() => WriteAsync(pair.Client.Outbox, writer, new Random(seed + writer))))).Soon();
        await pair.Client.CloseAsync().Soon();

        Frames.AssertComplete(Frames.Parse(await reading.Soon()), Writers, Each);
        Assert.Equal((0, 0), (pair.Client.Outbox.QueuedBytes, pair.Client.Outbox.DroppedMessages));
        Assert.True(pair.Client.CloseReason!.IsClean);
    }

    [Theory, Transports]
    public async Task TryPost_ManySmallMessages_ArriveInOrderAndCountAsWritten(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        var (outbox, bytes) = (pair.Client.Outbox, Bytes.Random(64_000));
        var message = new byte[64];
        for (var i = 0; i < bytes.Length; i += message.Length)
        {
            bytes.AsSpan(i, message.Length).CopyTo(message);
            Assert.True(outbox.TryPost(message));
        }

        Assert.True(outbox.TryPost([]));
        Assert.True(outbox.TryPostShared(default));
        await outbox.PostAsync(default).Soon();
        var reading = pair.Accepted.Input.ReadExactlyAsync(bytes.Length);
        await outbox.FlushAsync().Soon();

        Assert.Equal(bytes, await reading.Soon());
        Assert.Equal((0, bytes.Length, 0), (outbox.QueuedBytes, pair.Client.BytesWritten, pair.Client.UnflushedBytes));
        Assert.Same(outbox, pair.Client.Outbox);
    }

    [Theory, Transports]
    public async Task Output_UsedMeanwhile_EveryCallAndEveryMessageIsWhole(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        var reading = pair.Accepted.Input.ReadToEndAsync();
        await Task.WhenAll(
            Task.Run(() => WriteAsync(pair.Client.Outbox, 0, new Random(1))),
            Task.Run(() => WriteAsync(pair.Client.Outbox, 1, new Random(2))),
            Task.Run(() => WriteAsync(pair.Client, 2, new Random(3)))).Soon();
        await pair.Client.CloseAsync().Soon();

        Frames.AssertComplete(Frames.Parse(await reading.Soon()), 3, Each);
    }

    [Theory, Transports]
    public async Task TryPost_WhileOutputHoldsUnflushedBytes_GoesBeforeAllOfThem(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        var (output, outbox) = (pair.Client.Output, pair.Client.Outbox);
        output.Write("one "u8);
        Assert.True(outbox.TryPost("message "u8));
        await outbox.FlushAsync().Soon();
        output.Write("write "u8);
        Assert.True(outbox.TryPost("another "u8));
        await output.FlushAsync().Soon();
        output.Write("the rest"u8);
        await pair.Client.CloseAsync().Soon();

        Assert.Equal("message another one write the rest", System.Text.Encoding.ASCII.GetString(await pair.Accepted.Input.ReadToEndAsync()));
    }

    [Theory, Transports]
    public async Task TryPost_WhileAStreamWithALengthIsCopied_ComesBehindAllOfIt(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        var (outbox, bytes) = (pair.Client.Outbox, Bytes.Random(300_000));
        using var source = new PostingStream(bytes, () => Assert.True(outbox.TryPost("message"u8)));
        var reading = pair.Accepted.Input.ReadToEndAsync();
        await source.CopyToAsync(pair.Client.Output).Soon();
        await pair.Client.CloseAsync().Soon();

        var received = await reading.Soon();
        Assert.Equal(bytes, received[..bytes.Length]);
        Assert.True(source.Posts > 1);
        Assert.Equal(string.Concat(Enumerable.Repeat("message", source.Posts)), System.Text.Encoding.ASCII.GetString(received[bytes.Length..]));
    }

    [Theory, Transports]
    public async Task TryPostShared_OneArrayToManyConnections_ArrivesAtEach(string transport)
    {
        var pairs = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Transport.Get(transport).ConnectPairAsync()));
        ReadOnlyMemory<byte> message = Bytes.Random(100_000);
        var readings = pairs.Select(static pair => pair.Accepted.Input.ReadExactlyAsync(100_000)).ToArray();
        foreach (var pair in pairs)
            Assert.True(pair.Client.Outbox.TryPostShared(message));

        foreach (var received in await Task.WhenAll(readings).Soon())
            Assert.Equal(message.ToArray(), received);
        foreach (var pair in pairs)
            await pair.DisposeAsync();
    }

    [Theory, Transports]
    public async Task Post_LongerThanTheOutbox_IsAnArgumentError(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync(Small(OutboxFullMode.DropNewest));
        var (outbox, longest) = (pair.Client.Outbox, new byte[OutboxFullTests.MaxBytes - 64]);
        var reading = pair.Accepted.Input.ReadExactlyAsync(longest.Length);
        foreach (var post in (Action[])[() => outbox.TryPost(new byte[longest.Length + 1]), () => outbox.TryPostShared(new byte[longest.Length + 1]), () => _ = outbox.PostAsync(new byte[longest.Length + 1]).AsTask()])
            Assert.Equal("The message has 65473 bytes; the outbox takes at most 65472 (OutboxOptions.MaxBytes less 64). (Parameter 'message')", Assert.Throws<ArgumentException>("message", post).Message);

        Assert.True(outbox.TryPost(longest));
        Assert.Equal(longest, await reading.Soon());
    }

    public static ConnectionOptions Small(OutboxFullMode mode) =>
        new ConnectionOptions { Outbox = new OutboxOptions { MaxBytes = OutboxFullTests.MaxBytes, FullMode = mode } };

    // Waits for room, or finds it: in either case the writer's next message comes behind.
    private static async Task WriteAsync(Outbox outbox, int writer, Random random)
    {
        for (var number = 0; number < Each; number++)
        {
            var frame = Frames.Make(writer, number, random.Next(Longest));
            var isFlushed = random.Next(3) == 0;
            if (isFlushed)
                await outbox.FlushAsync();
            await outbox.PostAsync(frame);
        }
    }

    private static async Task WriteAsync(Connection connection, int writer, Random random)
    {
        for (var number = 0; number < Each; number++)
        {
            var frame = Frames.Make(writer, number, random.Next(Longest));
            if (random.Next(2) == 0)
            {
                await connection.SendAsync(frame);
                continue;
            }

            // What a flush hands over may have been written in parts.
            foreach (var part in (byte[][])[frame[..Frames.Header], frame[Frames.Header..]])
            {
                connection.Output.Write(part);
                await Task.Yield();
            }

            await connection.Output.FlushAsync();
        }
    }

    private sealed class PostingStream(byte[] bytes, Action post) : MemoryStream(bytes)
    {
        public int Posts { get; private set; }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            post();
            Posts++;
            return base.ReadAsync(buffer, cancellationToken);
        }
    }
}
