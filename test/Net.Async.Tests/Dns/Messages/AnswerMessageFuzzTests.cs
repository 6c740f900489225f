using System.Diagnostics;
using Xunit.Abstractions;

namespace Net.Async.Tests;

/// <summary>The fuzz target of the reader of messages: whatever comes is an answer, nothing or an error of ours, and costs little.</summary>
public class AnswerMessageFuzzTests(ITestOutputHelper output)
{
    private const int MostBytes = 64 * 1024;

    // A millisecond on a fast machine. The speed of the machine changes, so the limit is a multiple of what a hash of the longest message takes at that moment.
    private const int MostHashes = 12;

    /// <summary>The target: reads a message to its end; false when it is none, or cannot be read.</summary>
    internal static bool Read(byte[] bytes)
    {
        try
        {
            var message = AnswerMessage.Open(MessageCorpus.Query, bytes);
            if (message is null)
                return false;
            _ = (message.Code, message.Explanation, message.IsLame, message.RefusesEdns);
            return message.Read(new DnsStubResolverOptions()).Failure is null;
        }
        catch (MalformedMessageException)
        {
            return false;
        }
    }

    [Fact]
    public void Read_HandmadeMessages_AreBoundedAndThrowNothingElse()
    {
        var handmade = MessageCorpus.Handmade().ToArray();
        Assert.InRange(handmade.Length, 1000, int.MaxValue);
        foreach (var (what, bytes) in handmade)
            IsBounded(what, bytes);
        output.WriteLine($"{handmade.Length} messages, {handmade.Count(message => Read(message.Bytes))} of them answers");
    }

    [Fact]
    public void Read_HundredThousandMutations_AreBoundedAndThrowNothingElse()
    {
        var random = Seed.Start(output);
        byte[][] seeds = [.. MessageCorpus.Good, .. MessageCorpus.Handmade().Where(static message => message.Bytes.Length is > 12 and < 600).Select(static message => message.Bytes)];
        var read = 0;
        for (var i = 0; i < 100_000; i++)
        {
            var mutated = Mutate(random, seeds[random.Next(2) == 0 ? random.Next(MessageCorpus.Good.Count) : random.Next(seeds.Length)], seeds);
            IsBounded($"mutation {i}", mutated);
            read += Read(mutated) ? 1 : 0;
        }

        output.WriteLine($"{read} were answers");
        Assert.InRange(read, 1000, 99_000);
    }

    [Fact]
    public void Read_LongMessageMutations_AreBoundedAndThrowNothingElse()
    {
        var random = Seed.Start(output);
        byte[][] seeds = [.. MessageCorpus.Handmade().Where(static message => message.Bytes.Length > 10_000).Select(static message => message.Bytes)];
        for (var i = 0; i < 2000; i++)
            IsBounded($"mutation {i}", Mutate(random, seeds[random.Next(seeds.Length)], seeds));
    }

    // A thread that was not running for a while is no fault of the reader, nor is code that the compiler has not optimized yet: the best of many tries counts.
    private static void IsBounded(string what, byte[] bytes)
    {
        var (best, limit) = (TimeSpan.MaxValue, TimeSpan.FromMilliseconds(1));
        for (var tries = 0; tries < 200 && best > limit; tries++)
        {
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            var started = Stopwatch.GetTimestamp();
            Read(bytes);
            var took = Stopwatch.GetElapsedTime(started);
            allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
            Assert.True(allocated <= MostBytes, $"{what} has allocated {allocated} octets: {Describe(bytes)}");
            best = took < best ? took : best;
            if (best > limit)
                limit = TimeSpan.FromTicks(Math.Max(limit.Ticks, MostHashes * HashTime().Ticks));
        }

        Assert.True(best <= limit, $"{what} took {best.TotalMilliseconds} ms of {limit.TotalMilliseconds} ms: {Describe(bytes)}");
    }

    private static TimeSpan HashTime()
    {
        var started = Stopwatch.GetTimestamp();
        var hash = 2166136261;
        for (var i = 0; i < ushort.MaxValue; i++)
            hash = (hash ^ (byte)i) * 16777619;
        GC.KeepAlive(hash);
        return Stopwatch.GetElapsedTime(started);
    }

    /// <summary>Some changes: octets, bits, pointers, cuts, repetitions, ends of others, counts.</summary>
    internal static byte[] Mutate(Random random, byte[] seed, byte[][] others)
    {
        var bytes = seed.ToArray();
        for (var changes = random.Next(1, 8); changes > 0 && bytes.Length > 2; changes--)
        {
            // The id stays: another message is passed over at its first octet.
            var at = random.Next(2, bytes.Length);
            switch (random.Next(7))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    bytes[at] = (byte)(random.Next(2) == 0 ? 0xC0 : 0xFF);
                    break;
                case 3:
                    bytes = bytes[..at];
                    break;
                case 4:
                    bytes = [.. bytes[..at], .. bytes[random.Next(2, at + 1)..]];
                    break;
                case 5:
                    var other = others[random.Next(others.Length)];
                    bytes = [.. bytes[..at], .. other[Math.Min(at, other.Length)..]];
                    break;
                default:
                    // A count.
                    bytes[4 + random.Next(Math.Min(8, bytes.Length - 4 > 0 ? bytes.Length - 4 : 1))] = (byte)random.Next(256);
                    break;
            }

            if (bytes.Length > ushort.MaxValue)
                bytes = bytes[..ushort.MaxValue];
            if (bytes.Length <= 5)
                break;
        }

        return bytes;
    }

    private static string Describe(byte[] bytes) => Convert.ToHexString(bytes, 0, Math.Min(bytes.Length, 500));
}
