using System.Buffers;
using System.IO.Pipelines;
using Xunit.Abstractions;

namespace Net.Async.Tests.Framing;

/// <summary>The fuzz target of the formats: whatever comes, in whatever pieces, is the model's frames, and then an end or the one error.</summary>
public class FrameFuzzTests(ITestOutputHelper output)
{
    private const int Mutations = 4000;

    public static TheoryData<string> Formats => FrameFormats.Names;

    [Theory, MemberData(nameof(Formats))]
    public async Task ReadAllAsync_HandmadeStreams_SayWhatTheModelSays(string name)
    {
        var random = Seed.Start(output);
        foreach (var bytes in FrameCorpus.Handmade(name))
            await IsAsTheModelAsync(name, bytes, random);
    }

    [Theory, MemberData(nameof(Formats))]
    public async Task ReadAllAsync_MutatedStreams_SayWhatTheModelSays(string name)
    {
        var random = Seed.Start(output);
        var invalid = 0;
        for (var i = 0; i < Mutations; i++)
            invalid += await IsAsTheModelAsync(name, FrameCorpus.Mutated(name, random), random) ? 1 : 0;
        Assert.InRange(invalid, 100, Mutations - 100);
    }

    /// <summary>Plays one stream in random pieces: its frames, and whether the reader says that it is invalid.</summary>
    internal static async Task<(List<byte[]> Frames, bool IsInvalid)> PlayAsync(string name, int maxLength, byte[] bytes, Random random)
    {
        var pipe = new Pipe(new PipeOptions(readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, useSynchronizationContext: false, minimumSegmentSize: 16));
        using var frames = new FrameReader(pipe.Reader, FrameFormats.Get(name, maxLength));
        var reading = ReadAsync(frames);
        for (var from = 0; from < bytes.Length;)
        {
            var count = Math.Min(bytes.Length - from, random.Next(4) == 0 ? bytes.Length : random.Next(1, 5));
            await pipe.Writer.WriteAsync(bytes.AsMemory(from, count));
            from += count;
        }

        await pipe.Writer.CompleteAsync();
        return await reading.Soon();
    }

    /// <summary>The target: throws unless the reader says what the model says; true when both say that the stream is invalid.</summary>
    internal static async Task<bool> IsAsTheModelAsync(string name, byte[] bytes, Random random)
    {
        var maxLength = random.Next(2) == 0 ? FrameFormats.MaxLength : 5;
        // A format of one byte has a limit of its own, and so has one of fixed frames.
        var limit = name switch { "fixed" => 7, "one" => Math.Min(maxLength, 255), _ => maxLength };
        var expected = FrameModel.Play(name, limit, bytes);
        var played = await PlayAsync(name, maxLength, bytes, random);
        Assert.True(expected.IsInvalid == played.IsInvalid, $"{name}, at most {limit}: {Convert.ToHexString(bytes)}");
        Assert.Equal(expected.Frames, played.Frames);
        return played.IsInvalid;
    }

    private static async Task<(List<byte[]> Frames, bool IsInvalid)> ReadAsync(FrameReader frames)
    {
        var all = new List<byte[]>();
        try
        {
            while (await frames.WaitToReadAsync())
            {
                while (frames.TryRead(out var frame))
                    all.Add(frame.ToArray());
            }

            return (all, false);
        }
        catch (ConnectionException exception) when (exception.Error == ConnectionError.InvalidData)
        {
            return (all, true);
        }
    }
}
