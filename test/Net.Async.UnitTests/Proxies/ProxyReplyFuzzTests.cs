using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Xunit.Abstractions;

namespace Net.Async.Tests.Proxies;

/// <summary>The fuzz target of what proxies answer: a connection or the one exception, the same for every cut, and what is behind the answer is all there.</summary>
public partial class ProxyReplyFuzzTests(ITestOutputHelper output)
{
    [Fact]
    public Task Http_Mutations_AreAsTheModelSays() => RunAsync(ProxyReplies.Heads, CheckHttpAsync);

    [Fact]
    public Task Socks_Mutations_AreAsTheModelSays() => RunAsync(ProxyReplies.Socks, CheckSocksAsync);

    /// <summary>The target of HTTP: throws unless the connector says what the model says, in pieces of a random length; true when it has connected.</summary>
    internal static Task<bool> CheckHttpAsync(byte[] bytes, Random random) => CheckAsync(bytes, random, static proxy => new HttpProxyConnector("192.0.2.99:3128", new() { MaxResponseBytes = 512 }, proxy), HttpModel);

    /// <summary>The target of SOCKS, likewise.</summary>
    internal static Task<bool> CheckSocksAsync(byte[] bytes, Random random) => CheckAsync(bytes, random, static proxy => new Socks5Connector("192.0.2.99:1080", null, proxy), SocksModel);

    private async Task RunAsync(byte[][] corpus, Func<byte[], Random, Task<bool>> checkAsync)
    {
        var random = Seed.Start(output);
        var seconds = double.TryParse(Environment.GetEnvironmentVariable("NETASYNC_FUZZ_SECONDS"), NumberStyles.Float, CultureInfo.InvariantCulture, out var given) ? given : 2;
        foreach (var bytes in corpus)
            await checkAsync(bytes, random);
        var (inputs, connected, watch) = (0L, 0L, Stopwatch.StartNew());
        for (; watch.Elapsed.TotalSeconds < seconds; inputs++)
            connected += await checkAsync(Mutate(random, corpus), random) ? 1 : 0;
        output.WriteLine($"{inputs} answers, {connected} of them connected");
        Assert.InRange(connected, 1, inputs);
    }

    private static async Task<bool> CheckAsync(byte[] bytes, Random random, Func<Connector, Connector> make, Func<byte[], int?> model)
    {
        var expected = model(bytes);
        var pieces = ScriptedProxy.Cut(bytes, random.Next(1, Math.Max(2, bytes.Length)));
        byte[]? behind = null;
        try
        {
            await using var connection = await make(new ScriptedProxy(pieces)).ConnectAsync("example.org", 443);
            var result = await connection.Input.ReadAtLeastAsync(bytes.Length + 1);
            behind = result.Buffer.ToArray();
            connection.Input.AdvanceTo(result.Buffer.End);
        }
        catch (ConnectionException)
        {
            // Refused, cut off or no answer at all.
        }

        Assert.True(behind is null == expected is null && (behind is null || behind.AsSpan().SequenceEqual(bytes.AsSpan(expected!.Value))), $"{Convert.ToHexString(bytes)} in pieces of {pieces.FirstOrDefault()?.Length}: {behind?.Length} behind, of {bytes.Length} the model takes {expected}");
        return behind is not null;
    }

    // Where what follows a good answer begins; null for any other.
    private static int? HttpModel(byte[] bytes)
    {
        var match = Head().Match(Encoding.Latin1.GetString(bytes));
        return match.Success && match.Length <= 512 ? match.Length : null;
    }

    private static int? SocksModel(byte[] bytes)
    {
        if (bytes.Length < 7 || bytes[0] != 5 || bytes[1] != 0 || bytes[2] != 5 || bytes[3] != 0 || bytes[4] != 0)
            return null;
        var end = bytes[5] switch { 1 => 12, 4 => 24, 3 => 9 + bytes[6], _ => int.MaxValue };
        return end <= bytes.Length ? end : null;
    }

    private static byte[] Mutate(Random random, byte[][] corpus)
    {
        var bytes = corpus[random.Next(corpus.Length)].ToArray();
        for (var changes = random.Next(4); changes > 0 && bytes.Length > 0; changes--)
        {
            var at = random.Next(bytes.Length);
            var other = corpus[random.Next(corpus.Length)];
            bytes = random.Next(7) switch
            {
                0 => [.. bytes[..at], (byte)random.Next(256), .. bytes[(at + 1)..]],
                1 => [.. bytes[..at], (byte)(bytes[at] ^ (1 << random.Next(8))), .. bytes[(at + 1)..]],
                2 => bytes[..at],
                3 => [.. bytes[..at], .. bytes[random.Next(at + 1)..]],
                4 => [.. bytes[..at], .. other[Math.Min(at, other.Length)..]],
                5 => [.. bytes[..at], (byte)"\r\n: 12\t"[random.Next(7)], .. bytes[at..]],
                _ => [.. bytes, .. other],
            };
        }

        return bytes.Length > 2048 ? bytes[..2048] : bytes;
    }

    [GeneratedRegex(@"\A(HTTP/1\.[0-9] 1[0-9][0-9]( [^\x00-\x08\x0A-\x1F\x7F]*)?\r\n([!#$%&'*+\-.^_`|~0-9A-Za-z]+:[^\x00-\x08\x0A-\x1F\x7F]*\r\n)*\r\n)*HTTP/1\.[0-9] 2[0-9][0-9]( [^\x00-\x08\x0A-\x1F\x7F]*)?\r\n([!#$%&'*+\-.^_`|~0-9A-Za-z]+:[^\x00-\x08\x0A-\x1F\x7F]*\r\n)*\r\n")]
    private static partial Regex Head();
}
