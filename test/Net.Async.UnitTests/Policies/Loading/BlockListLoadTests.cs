using System.Text;

namespace Net.Async.Tests.Policies;

public class BlockListLoadTests
{
    [Fact]
    public void Load_FireHolNetset_HasItsLines() => AssertLoads(
        """
        #
        # firehol_level1
        #
        # Entries      : 4 subnets

        0.0.0.0/8
        5.8.37.0/24   # inline
        5.134.128.7
        2001:db8:1::/48 // two slashes
        """,
        ["Subnet: IPv4 0.0.0.0/8", "Subnet: IPv4 5.8.37.0/24", "Address: IPv4 5.134.128.7", "Subnet: IPv6 2001:db8:1::/48"]);

    [Fact]
    public void Load_SpamhausText_HasItsLines() => AssertLoads(
        "; Spamhaus DROP List 2024/03/01\r\n1.10.16.0/20 ; SBL256894\r\n1.19.0.0/16 ; SBL434604\r\n", ["Subnet: IPv4 1.10.16.0/20", "Subnet: IPv4 1.19.0.0/16"]);

    [Fact]
    public void Load_SpamhausJsonLines_HasItsLines() => AssertLoads(
        """
        {"cidr":"1.10.16.0/20","sblid":"SBL256894","rir":"apnic"}
        {"cidr":"2a06:e480::/29","sblid":"SBL301771","rir":"ripencc"}
        {"type":"metadata","timestamp":1712345678,"size":60000,"records":2}
        """,
        ["Subnet: IPv4 1.10.16.0/20", "Subnet: IPv6 2a06:e480::/29"]);

    [Fact]
    public void Load_IpsetSave_HasItsEntries() => AssertLoads(
        """
        create bad hash:net family inet hashsize 1024 maxelem 65536 comment
        add bad 192.0.2.0/24 timeout 300 comment "never nomatch this"
        add bad 198.51.100.7
        add bad 203.0.113.1-203.0.113.9
        create bad6 hash:net family inet6
        add bad6 2001:db8::/32
        """,
        ["Subnet: IPv4 192.0.2.0/24", "Address: IPv4 198.51.100.7", "Range: IPv4 203.0.113.1-203.0.113.9", "Subnet: IPv6 2001:db8::/32"]);

    [Fact]
    public void Load_RangesAndWordsOfNode_AreRead() => AssertLoads(
        "192.0.2.1-192.0.2.5\n192.0.2.7 - 192.0.2.9\nRange: IPv4 10.0.0.1-10.0.0.2\nAddress: IPv6 ::1\n",
        ["Range: IPv4 192.0.2.1-192.0.2.5", "Range: IPv4 192.0.2.7-192.0.2.9", "Range: IPv4 10.0.0.1-10.0.0.2", "Address: IPv6 ::1"]);

    [Fact]
    public void Load_Aws_HasBothFamilies() => AssertLoads(
        """
        { "syncToken": "1", "createDate": "x",
          "prefixes": [ { "ip_prefix": "3.4.12.4/32", "region": "eu-west-1", "service": "AMAZON" }, { "ip_prefix": "3.5.140.0/22" } ],
          "ipv6_prefixes": [ { "ipv6_prefix": "2600:1f00::/40", "service": "EC2" } ] }
        """,
        ["Subnet: IPv4 3.4.12.4/32", "Subnet: IPv4 3.5.140.0/22", "Subnet: IPv6 2600:1f00::/40"]);

    [Fact]
    public void Load_Google_HasBothFamilies() => AssertLoads(
        """{"prefixes":[{"ipv4Prefix":"34.1.208.0/20","scope":"africa"},{"ipv6Prefix":"2600:1900:8000::/44"}]}""",
        ["Subnet: IPv4 34.1.208.0/20", "Subnet: IPv6 2600:1900:8000::/44"]);

    [Fact]
    public void Load_Azure_HasEveryPrefix() => AssertLoads(
        """{"values":[{"name":"A","properties":{"region":"","addressPrefixes":["4.145.74.52/30","2603:1000::/24"]}},{"properties":{"addressPrefixes":["4.149.254.68/30"]}}]}""",
        ["Subnet: IPv4 4.145.74.52/30", "Subnet: IPv6 2603:1000::/24", "Subnet: IPv4 4.149.254.68/30"]);

    [Fact]
    public void Load_OwnJson_RoundTrips()
    {
        var list = new BlockList();
        list.Add(IPPreset.SpecialPurpose);
        list.AddAddressRange("1.2.3.4", "1.2.3.9");

        AssertLoads(list.ToJson(), list.Rules);
    }

    [Fact]
    public void Load_JsonPaths_AreTheOnesRead() => AssertLoads(
        """{"a":[{"b":"1.1.1.1","c":"2.2.2.2"}],"d":{"b":"3.3.3.3","e":[["4.4.4.4"]]},"b":"5.5.5.5"}""",
        ["Address: IPv4 1.1.1.1", "Address: IPv4 4.4.4.4"], new() { JsonPaths = ["$.a[*].b", "$.d.e[*][*]"] });

    [Fact]
    public void Load_ByteOrderMarkAndBlankLines_AreNoRules() => AssertLoads("\ufeff\n\n \t\n1.1.1.1", ["Address: IPv4 1.1.1.1"]);

    [Fact]
    public void Load_Nothing_AddsNothingWhereThatIsAllowed() => AssertLoads("", [], new() { MaxShrinkRatio = 1 });

    [Fact]
    public void Load_SkipBadLines_CountsThem()
    {
        var list = new BlockList();

        var result = list.Load(Bytes("1.1.1.1\n1.1.1.256\n# comment\n010.0.0.1\n2.2.2.2/33\n\n2.2.2.2\n"), new() { SkipBadLines = true });

        Assert.Equal(new BlockListLoadResult { Rules = 2, SkippedLines = 3 }, result);
        Assert.Equal(["Address: IPv4 1.1.1.1", "Address: IPv4 2.2.2.2"], list.Rules);
    }

    [Fact]
    public async Task LoadAsync_Cancelled_AddsNothing()
    {
        var list = new BlockList();
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await list.LoadAsync(Bytes("1.1.1.1"), cancellationToken: stop.Token));
        Assert.Equal(0, list.Count);
    }

    [Fact]
    public void ReplaceWith_MuchShorterList_IsRefusedUnlessTold()
    {
        var list = new BlockList();
        list.Load(Bytes("1.1.1.1\n2.2.2.2\n3.3.3.3\n4.4.4.4\n"));

        Assert.Throws<BlockListLoadException>(() => list.ReplaceWith(Bytes("1.1.1.1\n")));
        Assert.Equal(4, list.Count);
        list.ReplaceWith(Bytes("1.1.1.1\n5.5.5.5\n"));
        Assert.Equal(["Address: IPv4 1.1.1.1", "Address: IPv4 5.5.5.5"], list.Rules);
        list.ReplaceWith(Bytes(""), new() { MaxShrinkRatio = 1 });
        Assert.Equal(0, list.Count);
    }

    [Theory]
    [InlineData("0.0.0.0/0")]
    [InlineData("0.0.0.0/1\n128.0.0.0/1")]
    [InlineData("1.0.0.0-223.255.255.255")]
    [InlineData("::/0")]
    [InlineData("2000::/4\n3000::/4")]
    [InlineData("::ffff:0:0/96")]
    public void Load_Everything_IsRefusedUnlessTold(string text)
    {
        var list = new BlockList();

        Assert.Throws<BlockListLoadException>(() => list.Load(Bytes(text)));
        Assert.Equal(0, list.Count);
        list.Load(Bytes(text), new() { AllowCatchAllRules = true });
        Assert.True(list.Contains("8.8.8.8") || list.Contains("2001:4860::8888"));
    }

    [Fact]
    public void Load_ForgetfulListOfManyOverlappingRules_StaysAsSmallAsTheyCover()
    {
        var list = new BlockList { RememberRules = false };
        var text = new StringBuilder();
        for (var i = 0; i < 1_300_000; i++)
            text.Append("10.").Append(i % 200).Append('.').Append(i % 251).Append(".0/24\n");

        list.Load(Bytes(text.ToString()));

        Assert.Equal(200, list.Count);
        Assert.True(list.Contains("10.199.250.1") && !list.Contains("10.200.0.0"));
    }

    private static MemoryStream Bytes(string text) => new(Encoding.UTF8.GetBytes(text));

    // Whole, and a byte at a time.
    private static void AssertLoads(string text, IEnumerable<string> rules, BlockListLoadOptions? options = null)
    {
        BlockList whole = new(), trickled = new();
        var expected = rules.ToArray();

        Assert.Equal(new BlockListLoadResult { Rules = expected.Length, SkippedLines = 0 }, whole.Load(Bytes(text), options));
        Assert.Equal(expected.Length, trickled.LoadAsync(new TricklingStream(Encoding.UTF8.GetBytes(text)), options).AsTask().GetAwaiter().GetResult().Rules);

        Assert.Equal(expected, whole.Rules);
        Assert.Equal(expected, trickled.Rules);
    }
}
