using System.Net;

namespace Net.Async.Tests.Connecting;

public class AddressPolicyTableTests
{
    [Theory]
    [InlineData("::1", 50, 0)]
    [InlineData("2001:db8::1", 40, 1)]
    [InlineData("192.0.2.1", 35, 4)]
    [InlineData("2002::1", 30, 2)]
    [InlineData("2001::1", 5, 5)]
    [InlineData("fd00::1", 3, 13)]
    [InlineData("::192.0.2.1", 1, 3)]
    [InlineData("fec0::1", 1, 11)]
    [InlineData("3ffe::1", 1, 12)]
    public void Default_EachRow_IsTheRfcs(string address, int precedence, int label)
    {
        var row = AddressPolicyTable.Default.Of(IPAddress.Parse(address));
        Assert.Equal((precedence, label), (row.Precedence, row.Label));
    }

    [Fact]
    public void ForSite_KnownPrefix_GoesBeforeEverythingElse()
    {
        var table = AddressPolicyTable.ForSite(IPNetwork.Parse("fd00:1:2::/48"));
        Assert.Equal((45, 14), (table.Of(IPAddress.Parse("fd00:1:2::1")).Precedence, table.Of(IPAddress.Parse("fd00:1:2::1")).Label));
        Assert.True(table.Of(IPAddress.Parse("fd00:9::1")).Precedence > table.Of(IPAddress.Parse("192.0.2.1")).Precedence);
        Assert.True(table.Of(IPAddress.Parse("2002::1")).Precedence < table.Of(IPAddress.Parse("192.0.2.1")).Precedence);
        var (local, v4) = (IPAddress.Parse("fd00:1:2::1"), IPAddress.Parse("192.0.2.1"));
        Assert.Equal([local, v4], new DestinationOrder(address => address, System.Net.Sockets.AddressFamily.InterNetworkV6, 1, table).Of([v4, local]));
        Assert.Equal([v4, local], new DestinationOrder(address => address, System.Net.Sockets.AddressFamily.InterNetworkV6, 1, AddressPolicyTable.Default).Of([v4, local]));
    }

    [Fact]
    public async Task Constructor_BadRows_AreAsVerified()
    {
        var thrown = new ThrownMessages();
        AddressPolicy v4 = new(IPNetwork.Parse("::ffff:0:0/96"), 1, 1), all = new(IPNetwork.Parse("::/0"), 1, 1);
        await thrown.AddAsync("no IPv4", () => Make(all));
        await thrown.AddAsync("no default", () => Make(v4));
        await thrown.AddAsync("twice", () => Make(v4, all, all));
        await thrown.AddAsync("IPv4 prefix", () => Make(v4, all, new AddressPolicy(IPNetwork.Parse("10.0.0.0/8"), 1, 1)));
        await thrown.AddAsync("too many", () => Make([v4, all, .. Enumerable.Range(0, 300).Select(i => new AddressPolicy(IPNetwork.Parse($"2001:db8:{i:x}::/48"), 1, 1))]));
        await thrown.AddAsync("no unique local prefix", () => Task.FromResult(AddressPolicyTable.ForSite(IPNetwork.Parse("2001:db8::/48"))));
        await Verifier.Verify(thrown.ToString());
    }

    private static Task<AddressPolicyTable> Make(params AddressPolicy[] rows) => Task.FromResult(new AddressPolicyTable(rows));
}
