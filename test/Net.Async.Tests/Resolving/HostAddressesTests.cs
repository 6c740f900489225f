using System.Net;
using System.Net.Sockets;
using Net.Async.Testing;

namespace Net.Async.Tests;

public class HostAddressesTests
{
    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1")]
    [InlineData("::1", "::1")]
    [InlineData("[::1]", "::1")]
    [InlineData("2001:DB8::1", "2001:db8::1")]
    [InlineData("fe80::1%3", "fe80::1%3")]
    public void Literal_Address_IsRead(string host, string expected) => Assert.Equal(IPAddress.Parse(expected), HostAddresses.Literal(host));

    [Theory]
    [InlineData("")]
    [InlineData("localhost")]
    [InlineData("127.1")]
    [InlineData("0x7f000001")]
    [InlineData("2130706433")]
    [InlineData("[127.0.0.1]")]
    [InlineData("[localhost]")]
    [InlineData("localhost:80")]
    [InlineData("127.0.0.1:80")]
    [InlineData("::1/64")]
    [InlineData("::1 ")]
    [InlineData("[::1")]
    [InlineData("::1]")]
    [InlineData("[]")]
    [InlineData("[")]
    public void Literal_AnythingElse_IsNull(string host) => Assert.Null(HostAddresses.Literal(host));

    // The base class library reads a port behind the brackets and throws it away: the caller's other port would silently win.
    [Theory]
    [InlineData("[::1]:80")]
    [InlineData("[[::1]]")]
    [InlineData("[[::1]:80]")]
    public void Literal_BracketsWithMore_IsNull(string host) => Assert.Null(HostAddresses.Literal(host));

    [Theory]
    [InlineData("127.0.0.1\0")]
    [InlineData("fe80::1%no-such-interface")]
    [InlineData("fe80::1%")]
    public void Literal_TextThatTheBaseClassLibrarySkips_IsNull(string host) => Assert.Null(HostAddresses.Literal(host));

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1")]
    [InlineData("[::1]", "::1")]
    public async Task FindAsync_Literal_AsksNobody(string host, string expected)
    {
        var resolver = new ScriptedResolver();

        Assert.Equal([IPAddress.Parse(expected)], await HostAddresses.FindAsync(resolver, new DnsEndPoint(host, 80), default));
        Assert.Empty(resolver.Queries);
    }

    [Theory]
    [InlineData("a..b")]
    [InlineData("-a.test")]
    [InlineData("127.1")]
    public async Task FindAsync_NoHost_AsksNobody(string host)
    {
        var resolver = new ScriptedResolver();
        Assert.Equal("endPoint", (await Assert.ThrowsAsync<ArgumentException>(() => HostAddresses.FindAsync(resolver, new DnsEndPoint(host, 80), default).AsTask())).ParamName);
        Assert.Empty(resolver.Queries);
        Assert.Equal("endPoint", (await Assert.ThrowsAsync<ArgumentException>(() => Server.ListenAsync(new DnsEndPoint(host, 0)))).ParamName);
    }

    [Fact]
    public async Task FindAsync_InternationalName_IsAskedForAsNameServersKnowIt()
    {
        var resolver = new ScriptedResolver().Add("xn--bro-hoa.test", IPAddress.Loopback);
        Assert.Equal([IPAddress.Loopback], await HostAddresses.FindAsync(resolver, new DnsEndPoint("BÜRO.test", 80, AddressFamily.InterNetwork), default));
    }

    [Fact]
    public async Task FindAsync_Name_IsTheResolversAnswerInItsOrder()
    {
        IPAddress[] addresses = [IPAddress.Parse("2001:db8::2"), IPAddress.Parse("2001:db8::1"), IPAddress.Parse("192.0.2.1")];
        var resolver = new ScriptedResolver().Add("some.invalid", addresses);

        Assert.Equal(addresses, await HostAddresses.FindAsync(resolver, new DnsEndPoint("some.invalid", 80), default));
        Assert.Equal([("some.invalid", AddressFamily.Unspecified)], resolver.Queries);
    }

    [Fact]
    public async Task FindAsync_NameOfOneFamily_AsksForThatFamily()
    {
        var resolver = new ScriptedResolver().Add("some.invalid", IPAddress.IPv6Loopback, IPAddress.Loopback);

        Assert.Equal([IPAddress.Loopback], await HostAddresses.FindAsync(resolver, new DnsEndPoint("some.invalid", 80, AddressFamily.InterNetwork), default));
        Assert.Equal([("some.invalid", AddressFamily.InterNetwork)], resolver.Queries);
    }

    [Fact]
    public async Task FindAsync_NoAddress_SaysSo()
    {
        var name = new DnsEndPoint("none.invalid", 80);

        var exception = await Assert.ThrowsAsync<ConnectionException>(() => HostAddresses.FindAsync(new ScriptedResolver().Add("none.invalid"), name, default).AsTask());

        Assert.Equal("Could not resolve none.invalid:80: the name has no address.", exception.Message);
        Assert.Equal(ConnectionError.HostNotFound, exception.Error);
        Assert.Same(name, exception.EndPoint);
    }

    [Fact]
    public async Task FindAsync_ResolverFails_ItsErrorComesThrough()
    {
        var resolver = new ScriptedResolver().Fail("broken.invalid", AddressFamily.InterNetwork, TimeSpan.Zero, ConnectionError.TimedOut);

        var exception = await Assert.ThrowsAsync<ConnectionException>(() =>
            HostAddresses.FindAsync(resolver, new DnsEndPoint("broken.invalid", 80, AddressFamily.InterNetwork), default).AsTask());

        Assert.Equal(ConnectionError.TimedOut, exception.Error);
    }

    [Fact]
    public async Task FindAsync_Cancelled_TheResolverHearsOfIt()
    {
        using var source = new CancellationTokenSource();
        var resolver = new ScriptedResolver().Add("slow.invalid", AddressFamily.InterNetwork, Timeout.InfiniteTimeSpan);
        var finding = HostAddresses.FindAsync(resolver, new DnsEndPoint("slow.invalid", 80, AddressFamily.InterNetwork), source.Token).AsTask();
        Assert.False(finding.IsCompleted);

        await source.CancelAsync();

        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => finding.WaitAsync(Eventually.Limit));
        Assert.Equal(source.Token, exception.CancellationToken);
    }
}
