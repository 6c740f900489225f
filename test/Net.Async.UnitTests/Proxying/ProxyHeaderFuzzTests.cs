using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Xunit.Abstractions;

namespace Net.Async.Tests.Proxying;

/// <summary>The fuzz target of the reader of headers: nothing is thrown, every split says the same, memory is bounded, and what it says is what a slow model says.</summary>
public class ProxyHeaderFuzzTests(ITestOutputHelper output)
{
    // More than the header itself, a list and an object for each of its smallest TLVs: 3 bytes.
    private const int MostBytesOfAByte = 200, MostBytesAtLeast = 4096;

    private static readonly ProxyProtocolOptions s_options = new();

    [Fact]
    public void Read_Corpus_IsAsTheModelSays() => Assert.All(ProxyHeaders.Corpus, static bytes => Check(bytes));

    [Fact]
    public void Read_Mutations_AreAsTheModelSays()
    {
        var random = Seed.Start(output);
        var seconds = double.TryParse(Environment.GetEnvironmentVariable("NETASYNC_FUZZ_SECONDS"), NumberStyles.Float, CultureInfo.InvariantCulture, out var given) ? given : 2;
        var (inputs, headers, watch) = (0L, 0L, Stopwatch.StartNew());
        do
        {
            for (var i = 0; i < 1000; i++, inputs++)
                headers += Check(Mutate(random)) ? 1 : 0;
        }
        while (watch.Elapsed.TotalSeconds < seconds);

        output.WriteLine($"{inputs} inputs, {headers} of them headers");
        Assert.InRange(headers, inputs / 100, inputs - (inputs / 100));
    }

    /// <summary>The target: throws unless the reader says what the model says; true when both say that it is a header.</summary>
    internal static bool Check(byte[] bytes)
    {
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var status = ProxyCodec.Read(bytes, out var header, out var length, s_options);
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        var input = Convert.ToHexString(bytes);
        Assert.True(allocated <= MostBytesAtLeast + (MostBytesOfAByte * (long)bytes.Length), $"{allocated} bytes for {input}");
        var model = ProxyModel.Read(bytes);
        if (model is { Length: > 4096 })
            model = null;
        Assert.True((model?.Text, model?.Length ?? 0) == (header is null ? null : Describe(header, bytes), length), $"{status} {header} and {model}: {input}");
        Assert.Equal(header is not null, status == OperationStatus.Done);
        CheckPrefix(bytes, status, length, input);
        return header is not null;
    }

    // What is read of a part is never another header, and what is wrong stays wrong.
    private static void CheckPrefix(byte[] bytes, OperationStatus status, int length, string input)
    {
        var hasFailed = false;
        for (var count = 0; count < Math.Min(bytes.Length, 300); count++)
        {
            var part = ProxyCodec.Read(bytes.AsSpan(0, count), out _, out var partLength, s_options);
            hasFailed |= part == OperationStatus.InvalidData;
            Assert.True(!hasFailed || part == OperationStatus.InvalidData, $"after {count}: {input}");
            Assert.True(part != OperationStatus.Done || (status == OperationStatus.Done && partLength == length), $"after {count}: {input}");
        }

        Assert.True(!hasFailed || status == OperationStatus.InvalidData, input);
    }

    private static string Describe(ProxyHeader header, byte[] bytes) => header switch
    {
        { IsLocal: true } => "local",
        { Source: IPEndPoint source, Destination: IPEndPoint destination } => string.Create(CultureInfo.InvariantCulture, $"{source.Address} {source.Port} {destination.Address} {destination.Port}"),
        { Source: UnixDomainSocketEndPoint } => Convert.ToHexString(bytes.AsSpan(16, 216)),
        _ => "unknown",
    };

    private static byte[] Mutate(Random random)
    {
        var bytes = ProxyHeaders.Corpus[random.Next(ProxyHeaders.Corpus.Length)].ToArray();
        for (var changes = random.Next(4); changes > 0 && bytes.Length > 0; changes--)
        {
            var at = random.Next(bytes.Length);
            var other = ProxyHeaders.Corpus[random.Next(ProxyHeaders.Corpus.Length)];
            bytes = random.Next(8) switch
            {
                0 => [.. bytes[..at], (byte)random.Next(256), .. bytes[(at + 1)..]],
                1 => [.. bytes[..at], (byte)(bytes[at] ^ (1 << random.Next(8))), .. bytes[(at + 1)..]],
                2 => bytes[..at],
                3 => [.. bytes[..at], .. bytes[random.Next(at + 1)..]],
                4 => [.. bytes[..at], .. other[Math.Min(at, other.Length)..]],
                5 => [.. bytes[..at], (byte)"0123456789.: \r\nfP"[random.Next(17)], .. bytes[at..]],
                6 => [.. bytes, .. other],
                // A length that fits, so that what is behind it is read.
                _ => bytes.Length >= 16 && bytes[0] == '\r' ? [.. bytes[..14], (byte)((bytes.Length - 16) >> 8), (byte)(bytes.Length - 16), .. bytes[16..]] : bytes,
            };
        }

        return bytes.Length > 8192 ? bytes[..8192] : bytes;
    }
}
