using System.Net;
using Xunit.Abstractions;

namespace Net.Async.Tests;

/// <summary>Texts of resolv.conf(5); that they mean what the system makes of them is for <see cref="ResolvConfOnTheWireTests"/>.</summary>
public class ResolvConfTests(ITestOutputHelper output)
{
    private static readonly string[] s_pieces =
    [
        "nameserver ", "nameserver\t", "search ", "domain ", "options ", "sortlist ", "#", ";", "\n", "\n", "\r\n", " ", "\t", "127.0.0.1", "::1", "fe80::1%lo", "fe80::1%", "::ffff:127.0.0.1", "127.1", "0x7f.1", "a.test", ".", "..", "\0", "\u00FF",
        "ndots:", "ndots:5", "timeout:-3", "attempts:99999999999999999999", "rotate", "use-vc", "single-request-reopen", "no-aaaa", "-", "+", "1", "::", "[::1]", "256.1.1.1", "0.0.0.0", new('x', 300),
    ];

    [Theory]
    [InlineData("nameserver 127.0.0.1", "127.0.0.1")]
    [InlineData("nameserver 127.1 x", "127.0.0.1")]
    [InlineData("nameserver 0", "127.0.0.1")]
    [InlineData("nameserver ::", "::1")]
    [InlineData("nameserver ::ffff:192.0.2.1", "192.0.2.1")]
    [InlineData("nameserver ::1/64", "")]
    [InlineData("nameserver [::1]", "")]
    [InlineData("nameserver [::1]:53", "")]
    [InlineData("nameserver 127.0.0.1:53", "")]
    [InlineData("nameserver 127.0.0.1\r", "")]
    [InlineData("nameserver fe80::1%nothing", "fe80::1")]
    [InlineData("nameserver 192.0.2.1\nnameserver x\nnameserver 192.0.2.2\nnameserver 192.0.2.3\nnameserver 192.0.2.4", "192.0.2.1 192.0.2.2 192.0.2.3")]
    public void Parse_NameServers_AreThoseTheSystemTakes(string text, string servers) =>
        Assert.Equal(servers, string.Join(' ', ResolvConf.Parse(text).Servers));

    [LinuxFact]
    public void Parse_NameServerWithAZone_HasItsNumber() =>
        Assert.Equal(new IPAddress(IPAddress.Parse("fe80::1").GetAddressBytes(), 1), Assert.Single(ResolvConf.Parse("nameserver fe80::1%lo").Servers));

    [Theory]
    [InlineData("", null)]
    [InlineData("search ", null)]
    [InlineData("search a b", "a b")]
    [InlineData("search a\t b  ", "a b")]
    [InlineData("domain a b", "a")]
    [InlineData("search a\ndomain b", "b")]
    [InlineData("domain b\nsearch a c", "a c")]
    [InlineData("search a # b", "a # b")]
    [InlineData(" search a", null)]
    public void Parse_Domains_AreTheLastLines(string text, string? domains) =>
        Assert.Equal(domains, ResolvConf.Parse(text).Domains is { } found ? string.Join(' ', found) : null);

    [Fact]
    public void Parse_Environment_GoesBeforeTheFileForDomainsAndAfterItForOptions()
    {
        var conf = ResolvConf.Parse("search a\noptions ndots:2 timeout:7\n", "b c\nd", "ndots:3");

        Assert.Equal(["b", "c"], conf.Domains);
        Assert.Equal((3, 7), (conf.Options.Ndots, conf.Options.Timeout));
        Assert.Equal([""], ResolvConf.Parse("search a", "").Domains);
    }

    [Theory]
    [InlineData("", 1, null, null)]
    [InlineData("ndots:0 timeout:0 attempts:0", 0, 1, 0)]
    [InlineData("ndots:15 timeout:30 attempts:5", 15, 30, 5)]
    [InlineData("ndots:16 timeout:31 attempts:6", 15, 30, 5)]
    [InlineData("ndots:-1 timeout:-1 attempts:-1", 15, 1, 0)]
    [InlineData("ndots:99999999999999999999 timeout:x", 15, 1, null)]
    [InlineData("ndots: 4", 4, null, null)]
    [InlineData("Ndots:4 xndots:5", 1, null, null)]
    [InlineData("ndots:2x,ndots:3", 2, null, null)]
    public void Parse_Numbers_AreWithinTheSystemsBounds(string options, int dots, int? timeout, int? attempts)
    {
        var read = ResolvConf.Parse("options " + options).Options;

        Assert.Equal((dots, timeout, attempts), (read.Ndots, read.Timeout, read.Attempts));
    }

    [Fact]
    public void Parse_Words_CountByTheirBeginning()
    {
        var read = ResolvConf.Parse("options rotate use-vc,x trust-ads\noptions\tsingle-request-reopen no_tld_query no-aaaa no-reload edns0 inet6").Options;

        Assert.Equal((true, true, true, true, true, true, true), (read.Rotate, read.UseTcp, read.TrustAd, read.SingleRequest, read.NoTldQuery, read.NoAaaa, read.NoReload));
        Assert.Equal(new ResolvConfOptions(), ResolvConf.Parse("options xrotate use_vc TRUST-AD").Options);
    }

    // The fuzz target of the three files' readers.
    [Fact]
    public void Parse_RandomTexts_ThrowNothing()
    {
        var random = Seed.Start(output);
        for (var i = 0; i < 20_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => s_pieces[random.Next(s_pieces.Length)]));
            var conf = ResolvConf.Parse(text, random.Next(4) == 0 ? text : null, random.Next(4) == 0 ? text : null);

            Assert.InRange(conf.Servers.Count, 0, 3);
            Assert.InRange(conf.Options.Ndots, 0, 15);
            foreach (var domain in conf.Domains ?? [])
                Assert.True(HostName.Parse("host").Below(domain) is not { Length: > 253 });
            _ = HostsTable.Parse(text).Find("a.test");
            _ = NameServiceSwitch.Parse("hosts: " + text);
        }
    }
}
