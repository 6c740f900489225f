using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text;
using Xunit.Abstractions;

namespace Net.Async.Tests;

/// <summary>Every door that takes an address as text takes the same ones, scopes included, and reads the same address.</summary>
public class OneReaderTests(ITestOutputHelper output)
{
    private static readonly string[] s_addresses = ["fe80::1", "::1", "::", "ff02::1", "2001:db8::1", "::ffff:1.2.3.4", "1.2.3.4", "fe80::", "fe80::1:", "127.1"];
    private static readonly string[] s_scopes = ["", "%", "%0", "%1", "%01", "%4294967295", "%4294967296", "%-1", "%+1", "% 1", "%1 ", "%lo", "%LO", "%lo:", "%lo:1", "%lo:é", "%lo\0", "%lo%1", "%%lo", "%é",
        "%no-such", "%a_b", "%a.b", "%a~b", "%a/b", "%a@b", "%١", "%２", "%lo]", "%[lo]", "%25lo", "%251", "%\u00adlo", "%lo-1.2.3.4", "%" + new string('x', 64), "%" + new string('x', 65)];
    private static readonly string[] s_pieces = ["%", "lo", "1", "0", ":", "-", ".", "_", "~", "é", "\0", " ", "/", "@", "[", "]", "%25", "\n", "２", "x"];

    [Fact]
    public void Doors_EveryScope_AgreeOnWhatIsAnAddress()
    {
        foreach (var text in from address in s_addresses from scope in s_scopes select address + scope)
            AssertAgree(text);
    }

    [Fact]
    public void Doors_RandomScopes_AgreeOnWhatIsAnAddress()
    {
        var random = Seed.Start(output);
        var addresses = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var text = new StringBuilder(s_addresses[random.Next(s_addresses.Length)]).Append('%');
            for (var pieces = random.Next(1, 4); pieces > 0; pieces--)
                text.Append(s_pieces[random.Next(s_pieces.Length)]);
            addresses += AssertAgree(text.ToString()) ? 1 : 0;
        }

        Assert.InRange(addresses, 100, 19_000);
    }

    [Fact]
    public async Task HttpHost_WithAScope_IsALiteralOrNoHost()
    {
        var hosts = new List<string>();
        using var client = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = (context, _) =>
        {
            hosts.Add(context.DnsEndPoint.Host);
            throw new IOException("asked");
        }
        });
        foreach (var scope in s_scopes.Concat(s_scopes.Select(static scope => scope.Replace("%", "%25", StringComparison.Ordinal))))
        {
            if (Uri.TryCreate($"http://[fe80::1{scope}]/", UriKind.Absolute, out var uri))
                await Assert.ThrowsAnyAsync<Exception>(() => client.GetStringAsync(uri));
        }

        Assert.NotEmpty(hosts);
        foreach (var host in hosts)
        {
            // What is no address of this machine's scopes is an error, before anything is looked up.
            var read = Record.Exception(() => Assert.IsType<IPEndPoint>(HostEndPoint.Check(new DnsEndPoint(host, 80))));
            Assert.True(read is null or ArgumentException, $"{host}: {read}");
        }
    }

    [Theory]
    [InlineData("fe80::1%lo:é")]
    [InlineData("fe80::1%é")]
    [InlineData("fe80::1%lo\0")]
    public void TryParse_ScopeThatIsNone_IsNoAddress(string text)
    {
        Assert.False(NetAddress.IsIPv6(text));
        Assert.False(NetAddress.TryParse(text, out _));
        Assert.Null(HostAddresses.Literal(text));
        Assert.False(NetEndPoint.TryParse($"[{text}]:80", out _));
    }

    [Fact]
    public void ReadEntry_RangeWithScopes_IsNotTakenForItsFirstAddress()
    {
        foreach (var text in (string[])["fe80::1%eth0-fe80::9", "fe80::1%eth0 - fe80::9", "fe80::1%a-b-fe80::9", "fe80::1%x-1.2.3.4"])
            Assert.True(IPRuleText.ReadEntry(text, out _) is null or { Kind: IPRuleKind.Range }, text);
        Assert.Equal(IPRuleKind.Address, IPRuleText.ReadEntry("fe80::1%eth-0", out _)!.Value.Kind);
    }

    /// <summary>Returns whether it is one.</summary>
    private static bool AssertAgree(string text)
    {
        var list = new BlockList();
        var isAddress = NetAddress.IsIP(text);
        Assert.Equal(isAddress, NetAddress.IsIPv4(text) || NetAddress.IsIPv6(text));
        Assert.True(isAddress == list.TryContains(text, out _), text);
        Assert.True(isAddress == (Record.Exception(() => list.AddAddress(text)) is null), text);
        // Only here must the scope exist.
        var isRead = NetAddress.TryParse(text, out var address);
        Assert.True(isRead == (isAddress && ScopeExists(text)), text);
        Assert.Equal(address, HostAddresses.Literal(text));
        Assert.Equal(isRead && address!.AddressFamily == AddressFamily.InterNetworkV6 ? address : null, HostAddresses.Literal($"[{text}]"));
        Assert.True((isRead && address!.AddressFamily == AddressFamily.InterNetworkV6) == (NetEndPoint.TryParse($"[{text}]:80", out var endPoint) && endPoint is IPEndPoint), text);
        if (isRead)
            Assert.True(list.Contains(address!), text);
        return isAddress;
    }

    // Written apart: what a number says, and what the system knows of names; it looks at nothing behind a colon (netdevice(7), aliases).
    private static bool ScopeExists(string text) => text.IndexOf('%', StringComparison.Ordinal) is var percent and >= 0
        ? text[(percent + 1)..] is var scope && (scope.All(char.IsAsciiDigit) ? uint.TryParse(scope, out _) : NetworkInterface.GetAllNetworkInterfaces().Any(known => known.Name == scope.Split(':')[0]))
        : true;
}
