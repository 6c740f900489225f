using System.Text;

namespace Net.Async.Tests.Policies;

/// <summary>Lists as the tools write them, and what is left of one when a download goes wrong.</summary>
public class BlockListRealFilesTests
{
    public static TheoryData<string> WithoutARule =>
    [
        "", "\n", "\r", "\ufeff", "# nothing\n; today\n// yet\n", "[]", "{}", "{\"prefixes\":[]}", "{\"prefixes\":[],\"ipv6_prefixes\":[]}", "{\"type\":\"metadata\"}\n", "{\"error\":\"try later\"}",
        "create x hash:net\nCOMMIT\n", "table inet f {\n set s {\n type ipv4_addr\n }\n}\n", "define x = { }", "null", "[1]", "<!DOCTYPE html>\n<html><body>Gateway timeout</body></html>\n", "Not found", "{\"networks\":[\"1.1.1.1\"]}",
    ];

    [Theory]
    [MemberData(nameof(WithoutARule))]
    public void Load_NoRule_IsAnErrorInEverySyntaxUnlessAllowed(string text)
    {
        foreach (var list in (BlockList[])[new(), Loaded("1.1.1.1\n2.2.2.2\n")])
        {
            var before = list.Rules;
            Assert.Throws<BlockListLoadException>(() => list.Load(Bytes(text), new() { SkipBadLines = true }));
            Assert.Throws<BlockListLoadException>(() => list.ReplaceWith(Bytes(text), new() { SkipBadLines = true }));
            Assert.Throws<BlockListLoadException>(() => list.ReplaceWith(Bytes(text), new() { SkipBadLines = true, MaxShrinkRatio = 0.999 }));
            Assert.Equal(before, list.Rules);
            Assert.Equal(0, list.Load(Bytes(text), new() { SkipBadLines = true, MaxShrinkRatio = 1 }).Rules);
            Assert.Equal(before, list.Rules);
            Assert.Equal(0, list.ReplaceWith(Bytes(text), new() { SkipBadLines = true, MaxShrinkRatio = 1 }).Rules);
            Assert.Equal(0, list.Count);
        }
    }

    [Fact]
    public void ReplaceWith_EmptyArray_NeedsOnlyMaxShrink()
    {
        var list = Loaded("1.1.1.1\n");
        list.ReplaceWith(Bytes("[]"), new() { MaxShrinkRatio = 1 });
        Assert.Equal(0, list.Count);
    }

    [Theory]
    [InlineData("1.1.1.1\r2.2.2.2\r3.3.3.3")]
    [InlineData("1.1.1.1 # one\r2.2.2.2 ; two\r3.3.3.3 // three\r")]
    [InlineData("# head\r\r1.1.1.1\r\n2.2.2.2\n\r3.3.3.3\n")]
    public void Load_ReturnAsLineEnd_LosesNothing(string text) => AssertLoads(text, ["Address: IPv4 1.1.1.1", "Address: IPv4 2.2.2.2", "Address: IPv4 3.3.3.3"]);

    [Theory]
    [InlineData("1.1.1.1\rx\r2.2.2.2", 2)]
    [InlineData("1.1.1.1\r\nx\r\n", 2)]
    [InlineData("\r\n\r\r\nx", 4)]
    [InlineData("\n\n\rx\n", 4)]
    public void Load_BadLine_IsCountedAtEveryLineEnd(string text, int line)
    {
        Assert.Equal(line, Assert.Throws<BlockListLoadException>(() => new BlockList().Load(Bytes(text))).Line);
        Assert.Equal(line, Assert.Throws<BlockListLoadException>(() => new BlockList().Load(new TricklingStream(Encoding.UTF8.GetBytes(text)))).Line);
    }

    [Fact]
    public void Load_IpsetRestore_IsRead() => AssertLoads(
        """
        create tmp hash:net family inet hashsize 1024 maxelem 65536 -exist
        flush tmp
        add tmp 192.0.2.0/24 timeout 300 comment "a ; b # c"
        """ + "\nadd\ttmp\t198.51.100.7\n\tadd -exist tmp 203.0.113.1-203.0.113.9\n" + """
        swap tmp live
        destroy tmp
        rename live other
        COMMIT
        """,
        ["Subnet: IPv4 192.0.2.0/24", "Address: IPv4 198.51.100.7", "Range: IPv4 203.0.113.1-203.0.113.9"]);

    [Theory]
    [InlineData("flush x\nadd x 1.1.1.1\n")]
    [InlineData("-N x nethash\n-A x 1.1.1.1\nCOMMIT\n")]
    [InlineData("destroy x\ncreate x hash:ip\nadd x 1.1.1.1\n")]
    [InlineData("COMMIT\nadd x 1.1.1.1\n")]
    public void Load_IpsetByItsFirstCommand_IsFound(string text) => AssertLoads(text, ["Address: IPv4 1.1.1.1"]);

    [Theory]
    [InlineData("add x 1.1.1.1\nflush x\n")]
    [InlineData("add x 1.1.1.1\nflush\n")]
    [InlineData("add x 1.1.1.1\ndestroy x\n")]
    [InlineData("add x 1.1.1.1\ndel x 1.1.1.1\n")]
    [InlineData("add x 1.1.1.1\nadd x 2.2.2.2\tnomatch\n")]
    [InlineData("add element inet t s { 1.1.1.1 }\ndelete element inet t s { 1.1.1.1 }\n")]
    [InlineData("add element inet t s { 1.1.1.1 }\nflush set inet t s\n")]
    [InlineData("table inet t { set s { elements = { 1.1.1.1 } } }\nflush ruleset")]
    [InlineData("table inet t { set s { elements = { 1.1.1.1 } } }\ndelete table inet t")]
    [InlineData("define x = { 1.1.1.1 }\ninclude \"more.nft\"\n")]
    public void Load_WhatTakesEntriesAway_IsABadLine(string text) => Assert.Equal(2, Assert.Throws<BlockListLoadException>(() => new BlockList().Load(Bytes(text))).Line);

    [Fact]
    public void Load_NftRuleset_HasTheElementsOfAddressSets() => AssertLoads(
        """
        #!/usr/sbin/nft -f
        flush set inet filter bad
        table inet filter {
            set bad {
                type ipv4_addr
                flags interval; auto-merge
                elements = { 192.0.2.1, 192.0.2.10-192.0.2.20,
                             198.51.100.0/24 timeout 1h expires 59m comment "a, b } # c",
                             203.0.113.7 counter packets 1 bytes 2 } # the end
            }
            set ports { type inet_service; elements = { 22, 80-90 } }
            set bad6 {
                typeof ip6 saddr
                elements = {
                    2001:db8::/32,
                    2001:db9::1 - 2001:db9::9
                }
            }
            chain input { type filter hook input priority 0; policy accept;
                ip saddr @bad drop
                ip saddr { 8.8.8.8, 9.9.9.9 } accept
            }
        }
        """,
        ["Address: IPv4 192.0.2.1", "Range: IPv4 192.0.2.10-192.0.2.20", "Subnet: IPv4 198.51.100.0/24", "Address: IPv4 203.0.113.7", "Subnet: IPv6 2001:db8::/32", "Range: IPv6 2001:db9::1-2001:db9::9"]);

    [Theory]
    [InlineData("add element inet filter bad { 1.1.1.1, 2.2.2.2 }\n")]
    [InlineData("define bad = {\n\t1.1.1.1,\n\t2.2.2.2\n}\n")]
    [InlineData("elements = { 1.1.1.1, 2.2.2.2 }")]
    [InlineData("table ip f{set s{type ipv4_addr;elements={1.1.1.1,2.2.2.2}}}")]
    [InlineData("flush set ip f a\nadd element ip f a { 1.1.1.1 }\nflush set ip f b; add element ip f b { 2.2.2.2 }\n")]
    [InlineData("flush ruleset\nadd element ip f s {\r1.1.1.1\r,2.2.2.2,\r}")]
    public void Load_NftInOtherForms_IsRead(string text) => AssertLoads(text, ["Address: IPv4 1.1.1.1", "Address: IPv4 2.2.2.2"]);

    [Theory]
    [InlineData("elements = { 1.1.1.1, 2.2.2.256 }", 1)]
    [InlineData("table ip f {\nset s {\nelements = { 1.1.1.1,\n2.2.2.2", 4)]
    [InlineData("elements = {\n1.1.1.1 . 80 }", 2)]
    [InlineData("elements = {\n1.1.1.1 : drop }", 2)]
    [InlineData("elements = {\n$other }", 2)]
    public void Load_NftThatCannotBeKept_IsAnErrorWithItsLine(string text, int line) => Assert.Equal(line, Assert.Throws<BlockListLoadException>(() => new BlockList().Load(Bytes(text))).Line);

    [Fact]
    public void Load_NftCutOff_IsAnErrorAlsoWhenBadLinesAreSkipped() =>
        Assert.Contains("cut off", Assert.Throws<BlockListLoadException>(() => new BlockList().Load(Bytes("elements = { 1.1.1.1,"), new() { SkipBadLines = true, MaxShrinkRatio = 1 })).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("$['a.b'][*]")]
    [InlineData("$[\"a.b\"][*]")]
    [InlineData("$['a\\.b'][*]")]
    public void Load_JsonPathWithDotsInAName_IsFollowed(string path) =>
        AssertLoads("""{"a.b":["1.1.1.1"],"a":{"b":["2.2.2.2"]}}""", ["Address: IPv4 1.1.1.1"], new() { JsonPaths = [path] });

    [Fact]
    public void Load_JsonPathWithQuotesAndBrackets_IsFollowed() =>
        AssertLoads("""{"x":{"it's [*]":"1.1.1.1"}}""", ["Address: IPv4 1.1.1.1"], new() { JsonPaths = ["$.x['it\\'s [*]']"] });

    [Theory]
    [InlineData("$['']")]
    [InlineData("$['a]")]
    [InlineData("$['a'x")]
    [InlineData("$['a\\']")]
    [InlineData("$['a'].")]
    public void JsonPaths_BadQuotes_AreRefused(string path) => Assert.Throws<ArgumentException>(() => new BlockListLoadOptions { JsonPaths = [path] });

    [Theory]
    [InlineData("9.9.9.9\n0.0.0.0/0\n8.8.8.8\n", 2)]
    [InlineData("0.0.0.0/1\n1.1.1.1\n128.0.0.0/1\n", 3)]
    [InlineData("# x\r\n::/0\r\n", 2)]
    [InlineData("9.9.9.9\n2000::/3\n", 2)]
    [InlineData("9.9.9.9\n::ffff:0:0/96\n", 2)]
    [InlineData("[\"9.9.9.9\",\n\"0.0.0.0/0\"]", 2)]
    public void Load_Everything_NamesItsLine(string text, int line)
    {
        var exception = Assert.Throws<BlockListLoadException>(() => new BlockList().Load(Bytes(text)));
        Assert.Equal(line, exception.Line);
        Assert.StartsWith($"Line {line}, ", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ReplaceWith_ListThatForgetsItsRules_CountsWhatItWasGiven()
    {
        var list = new BlockList { RememberRules = false };
        list.Load(Bytes(string.Join('\n', Enumerable.Range(0, 200).Select(static i => $"10.0.0.{i}"))));
        Assert.Equal(1, list.Count);
        // One interval for another would be no loss; 150 of 200 rules are.
        Assert.Contains("50 rules, the one it would replace 200", Assert.Throws<BlockListLoadException>(() => list.ReplaceWith(Bytes(string.Join('\n', Enumerable.Range(0, 50).Select(static i => $"10.0.0.{i}"))))).Message, StringComparison.Ordinal);
        // As many rules, and fewer intervals: nothing is lost.
        list.ReplaceWith(Bytes(string.Join('\n', Enumerable.Range(0, 200).Select(static i => $"10.0.{i}.1"))));
        list.ReplaceWith(Bytes(string.Join('\n', Enumerable.Range(0, 200).Select(static i => $"10.0.0.{i}"))));
        // Taken over from one that remembers them.
        var taken = new BlockList { RememberRules = false };
        taken.ReplaceWith(Loaded(string.Join('\n', Enumerable.Range(0, 200).Select(static i => $"10.0.0.{i}"))));
        Assert.Throws<BlockListLoadException>(() => taken.ReplaceWith(Bytes("1.1.1.1")));
    }

    [Fact]
    public void Load_UnprintableText_IsEscapedInTheMessage()
    {
        var text = "1.1.1.1\u202e\u001b[31m\0\u200b\u2028\U000e0001x";
        var message = Assert.Throws<BlockListLoadException>(() => new BlockList().Load(Bytes(text))).Message;
        Assert.Contains("'1.1.1.1\\u202e\\u001b[31m\\u0000\\u200b\\u2028\\U000e0001x'", message, StringComparison.Ordinal);
        foreach (var (name, act) in ((string, Action)[])[("rule", () => new BlockList().AddJson([text])), ("json", () => new BlockList().AddJson("[\u001b]")), ("address", () => new BlockList().AddAddress(text)), ("cidr", () => new BlockList().AddCidr(text + "/8")),
            ("parse", () => NetAddress.Parse(text)), ("load json", () => new BlockList().Load(Bytes("[\u001b]"))), ("path", () => _ = new BlockListLoadOptions { JsonPaths = [text] })])
        {
            var told = Record.Exception(act)!.Message;
            Assert.False(told.Any(static c => char.IsControl(c) || char.GetUnicodeCategory(c) is System.Globalization.UnicodeCategory.Format or System.Globalization.UnicodeCategory.LineSeparator), $"{name}: {told}");
        }
    }

    private static BlockList Loaded(string text)
    {
        var list = new BlockList();
        list.Load(Bytes(text));
        return list;
    }

    private static MemoryStream Bytes(string text) => new(Encoding.UTF8.GetBytes(text));

    // Whole, and a byte at a time.
    private static void AssertLoads(string text, IEnumerable<string> rules, BlockListLoadOptions? options = null)
    {
        BlockList whole = new(), trickled = new();
        whole.Load(Bytes(text), options);
        trickled.Load(new TricklingStream(Encoding.UTF8.GetBytes(text)), options);
        Assert.Equal(rules, whole.Rules);
        Assert.Equal(rules, trickled.Rules);
    }
}
