using System.Text;
using Xunit.Abstractions;

namespace Net.Async.Tests.Policies;

/// <summary>Bytes that no list should have, in every format: nothing but the one exception, and then nothing is added.</summary>
public class BlockListFuzzTests(ITestOutputHelper output)
{
    private static readonly string[] s_pieces =
    [
        "1.2.3.4", "10.0.0.0/8", "::1", "2001:db8::/32", "1.1.1.1-1.1.1.9", "/", "-", "\n", "\n", "\r\n", "#", ";", "//", " ", "\t", "\0", "add ", "add x ", "create x hash:ip\n", " nomatch", "\"",
        "{", "}", "[", "]", ":", ",", "\"cidr\":", "\"prefixes\":[", "\"ip_prefix\":", "\"1.2.3.0/24\"", "{\"cidr\":\"9.9.9.9\"}\n", "Address: IPv4 ", "Range: IPv6 ", "Subnet: IPv4 ", "ü", "\ufeff",
        "null", "1", "true", "01.2.3.4", "/33", "::ffff:1.2.3.4/96", "fe80::1%a-b", new('x', 200), "\\u0031.1.1.1", "\\",
        "\r", "\r", "\f", "\u2028", "flush x\n", "flush\n", "swap x y\n", "destroy x\n", "rename x y\n", "COMMIT\n", "-A x ", "add -exist x ", "elements = { ", "add element inet t s { ", "include \"x\"\n", "flush set inet t s\n", "set s {\n", "type ipv4_addr\n", "type inet_service\n",
        "define d = {", " timeout 1h", " comment \"a, b }\"", " : drop", "table inet t {\n", "delete element inet t s {",
    ];

    private static readonly string[] s_lists =
    [
        "# list\n1.2.3.4\n10.0.0.0/8 ; why\r\n::1-::5\n",
        "create x hash:net\nadd x 1.2.3.4\nadd x 10.0.0.0/8 timeout 3\n",
        "{\"cidr\":\"1.2.3.0/24\"}\n{\"cidr\":\"2001:db8::/32\"}\n{\"type\":\"metadata\"}\n",
        "{\"prefixes\":[{\"ip_prefix\":\"1.2.3.0/24\",\"region\":null},{\"ipv6Prefix\":\"2001:db8::/32\"}],\"values\":[{\"properties\":{\"addressPrefixes\":[\"9.9.9.9\"]}}]}",
        "[\"Address: IPv4 1.2.3.4\",\"Range: IPv6 ::1-::5\"]",
        "create t hash:net -exist\nflush t\nadd\tt\t1.2.3.4\nswap t live\ndestroy t\nCOMMIT\n",
        "table inet f {\n\tset s {\n\t\ttype ipv4_addr\n\t\tflags interval\n\t\telements = { 1.2.3.4, 10.0.0.1-10.0.0.9,\n\t\t\t192.0.2.0/24 timeout 1h }\n\t}\n}\n",
        "1.1.1.1 # old Macs\r2.2.2.2\r3.3.3.3",
    ];

    [Fact]
    public void Load_RandomBytes_ThrowsNothingButTheOneException()
    {
        var random = Seed.Start(output);
        var loaded = 0;
        for (var i = 0; i < 40_000; i++)
        {
            var options = new BlockListLoadOptions
            {
                Format = (BlockListFormat)random.Next(5),
                MaxShrinkRatio = random.Next(2) == 0 ? 1 : 0.5,
                SkipBadLines = random.Next(2) == 0,
                MaxLineLength = random.Next(2) == 0 ? 64 : 4096,
                MaxRules = random.Next(4) == 0 ? 2 : 1000,
            };
            var bytes = RandomFeed(random);
            BlockList list = new(), trickled = new();

            var exception = Record.Exception(() => list.Load(new MemoryStream(bytes), options));
            var again = Record.Exception(() => trickled.Load(new TricklingStream(bytes), options));

            Assert.True(exception is null or BlockListLoadException, $"{Encoding.UTF8.GetString(bytes)}: {exception}");
            Assert.True((exception as BlockListLoadException)?.Line == (again as BlockListLoadException)?.Line && exception is null == again is null, $"{Convert.ToHexString(bytes)} {options}: {exception?.Message} / {again?.Message}");
            Assert.Equal(list.Rules, trickled.Rules);
            if (exception is not null)
                Assert.Equal(0, list.Count);
            loaded += list.Count > 0 ? 1 : 0;
        }

        Assert.InRange(loaded, 1000, 39_000);
    }

    [Fact]
    public void FromJson_RandomText_ThrowsNothingButFormatException()
    {
        var random = Seed.Start(output);
        for (var i = 0; i < 20_000; i++)
        {
            var text = Encoding.UTF8.GetString(RandomFeed(random));
            var list = new BlockList();

            var exception = Record.Exception(() => list.AddJson(random.Next(2) == 0 ? text : $"[\"{text}\"]"));
            var rule = Record.Exception(() => list.AddJson([text]));

            Assert.True(exception is null or FormatException && rule is null or FormatException, $"{text}: {exception} {rule}");
        }
    }

    [Fact]
    public void JsonPaths_RandomText_ThrowNothingButArgumentException()
    {
        var random = Seed.Start(output);
        string[] pieces = ["$", ".", "a", "[*]", "['", "']", "[\"", "\"]", "\\", "'", "[", "]", "*", "é", "\0", " "];
        var read = 0;
        for (var i = 0; i < 50_000; i++)
        {
            var path = "$" + string.Concat(Enumerable.Range(0, random.Next(1, 8)).Select(_ => pieces[random.Next(pieces.Length)]));
            var exception = Record.Exception(() => new BlockListLoadOptions { JsonPaths = [path] });
            Assert.True(exception is null or ArgumentException, $"{path}: {exception}");
            read += exception is null ? 1 : 0;
        }

        Assert.InRange(read, 500, 49_000);
    }

    private static byte[] RandomFeed(Random random)
    {
        var text = new StringBuilder(random.Next(2) == 0 ? "" : s_lists[random.Next(s_lists.Length)]);
        if (text.Length > 0 && random.Next(2) == 0)
            text.Insert(random.Next(text.Length), s_pieces[random.Next(s_pieces.Length)]);
        for (var count = random.Next(text.Length > 0 ? 0 : 1, 10); count > 0 && random.Next(4) > 0; count--)
            text.Append(s_pieces[random.Next(s_pieces.Length)]);
        var bytes = Encoding.UTF8.GetBytes(text.ToString());
        if (random.Next(4) == 0 && bytes.Length > 0)
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        return bytes;
    }
}
