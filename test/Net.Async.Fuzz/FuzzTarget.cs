using Net.Async.Tests.Framing;
using Net.Async.Tests.Proxies;
using Net.Async.Tests.Proxying;

namespace Net.Async.Fuzz;

/// <summary>A fuzz target of the tests: the inputs to begin with, and what plays one and throws when the parser is not as the model.</summary>
internal sealed record FuzzTarget(Func<IEnumerable<byte[]>> Corpus, Func<byte[], Task> PlayAsync)
{
    public static IReadOnlyDictionary<string, FuzzTarget> All { get; } = new Dictionary<string, FuzzTarget>
    {
        ["frames"] = new(Frames, PlayFramesAsync),
        ["header"] = new(static () => ProxyHeaders.Corpus, PlayHeader),
        ["replies"] = new(Replies, PlayRepliesAsync),
    };

    // Two bytes in front of a stream stand for what a test draws: which parser it is, and the seed of the pieces. So a file alone is the whole input.
    // Where they are missing they are 0: afl-fuzz may start the program before it writes the first input, and refuses a program whose first run reaches nothing.
    private static IEnumerable<byte[]> Frames()
    {
        for (byte i = 0; i < FrameFormats.All.Count; i++)
        {
            foreach (var bytes in FrameCorpus.Few(FrameFormats.All[i]))
                yield return Join(i, bytes);
        }
    }

    private static async Task PlayFramesAsync(byte[] bytes)
    {
        var (format, seed, stream) = Split(bytes);
        await FrameFuzzTests.IsAsTheModelAsync(FrameFormats.All[format % FrameFormats.All.Count], stream, new Random(seed));
    }

    private static Task PlayHeader(byte[] bytes)
    {
        ProxyHeaderFuzzTests.Check(bytes);
        return Task.CompletedTask;
    }

    private static IEnumerable<byte[]> Replies() => [.. ProxyReplies.Heads.Select(static bytes => Join(0, bytes)), .. ProxyReplies.Socks.Select(static bytes => Join(1, bytes))];

    private static byte[] Join(byte parser, byte[] bytes) => [parser, (byte)bytes.Length, .. bytes];

    private static async Task PlayRepliesAsync(byte[] bytes)
    {
        var (parser, seed, answer) = Split(bytes);
        await (parser % 2 == 0 ? ProxyReplyFuzzTests.CheckHttpAsync(answer, new Random(seed)) : ProxyReplyFuzzTests.CheckSocksAsync(answer, new Random(seed)));
    }

    private static (byte Parser, byte Seed, byte[] Stream) Split(byte[] bytes) => (bytes.ElementAtOrDefault(0), bytes.ElementAtOrDefault(1), bytes[Math.Min(2, bytes.Length)..]);
}
