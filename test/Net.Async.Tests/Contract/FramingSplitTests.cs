using System.Buffers;
using Net.Async.Tests.Framing;

namespace Net.Async.Tests.Contract;

/// <summary>Frames that arrive in parts, over every transport: each part has been received before the next one is sent.</summary>
public class FramingSplitTests : LeakCheck
{
    private static readonly string[] s_formats = ["lines", "delimited", "fixed", "two big", "varint"];

    [Theory, Transports]
    public async Task ReadAsync_SplitAtEveryByteOfEveryMessage_ReturnsWhatWasWritten(string name)
    {
        await using var pair = await Transport.Get(name).ConnectPairAsync();
        foreach (var kind in s_formats)
        {
            var format = FrameFormats.Get(kind);
            using var frames = new FrameReader(pair.Accepted.Input, format);
            foreach (var message in Messages(kind))
            {
                var bytes = FrameFormats.Encode(format, [message]);
                for (var split = 1; split <= bytes.Length; split++)
                    AssertEqual(message, await ReadInPartsAsync(pair, frames, [bytes[..split], bytes[split..]]), $"{kind} split at {split}");
            }
        }
    }

    [Theory, Transports]
    public async Task ReadAsync_OneByteAtATime_ReturnsWhatWasWritten(string name)
    {
        await using var pair = await Transport.Get(name).ConnectPairAsync();
        foreach (var kind in s_formats)
        {
            var format = FrameFormats.Get(kind);
            using var frames = new FrameReader(pair.Accepted.Input, format);
            foreach (var message in Messages(kind))
                AssertEqual(message, await ReadInPartsAsync(pair, frames, [.. FrameFormats.Encode(format, [message]).Select(static one => new[] { one })]), kind);
        }
    }

    // A transport that delays each part needs seconds for long ones: those are split in FrameReaderTests. One has a length of two bytes.
    private static IEnumerable<byte[]> Messages(string kind) => FrameFormats.Messages(kind).Where(message => message.Length <= 7 || (kind == "varint" && message.Length == 128));

    // Between the parts the reader has seen all that was sent, and waits.
    private static async Task<byte[]> ReadInPartsAsync(Pair pair, FrameReader frames, byte[][] parts)
    {
        var reading = frames.ReadAsync().AsTask();
        var expected = pair.Accepted.BytesRead;
        foreach (var part in parts)
        {
            if (part.Length == 0)
                continue;
            await pair.Client.Output.WriteAsync(part);
            expected += part.Length;
            for (var turn = 0; turn < 1000 && pair.Accepted.BytesRead < expected; turn++)
                await Task.Yield();
            if (pair.Accepted.BytesRead < expected)
                await Eventually.IsAsync(() => pair.Accepted.BytesRead >= expected, "the part has been received");
        }

        return (await reading.Soon())!.Value.ToArray();
    }

    private static void AssertEqual(byte[] expected, byte[] actual, string what) => Assert.True(expected.AsSpan().SequenceEqual(actual), what);
}
