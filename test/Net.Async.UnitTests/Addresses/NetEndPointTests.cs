using System.Net;
using System.Net.Sockets;

namespace Net.Async.Tests;

public class NetEndPointTests
{
    public static TheoryData<string, EndPoint, string> Forms => new()
    {
        { "127.0.0.1:80", Ip("127.0.0.1", 80), "127.0.0.1:80" },
        { "tcp://127.0.0.1:80", Ip("127.0.0.1", 80), "127.0.0.1:80" },
        { "0.0.0.0:0", Ip("0.0.0.0", 0), "0.0.0.0:0" },
        { "255.255.255.255:65535", Ip("255.255.255.255", 65535), "255.255.255.255:65535" },
        { "[::1]:80", Ip("::1", 80), "[::1]:80" },
        { "tcp://[::1]:80", Ip("::1", 80), "[::1]:80" },
        { "[::]:0", Ip("::", 0), "[::]:0" },
        { "[2001:DB8:0:0:0:0:0:1]:443", Ip("2001:db8::1", 443), "[2001:db8::1]:443" },
        { "[fe80::1%3]:80", Ip("fe80::1%3", 80), "[fe80::1%3]:80" },
        { "8080", Ip("127.0.0.1", 8080), "127.0.0.1:8080" },
        { "0", Ip("127.0.0.1", 0), "127.0.0.1:0" },
        { "127.0.0.1:00080", Ip("127.0.0.1", 80), "127.0.0.1:80" },
        { "localhost:80", new DnsEndPoint("localhost", 80), "localhost:80" },
        { "tcp://example.org:443", new DnsEndPoint("example.org", 443), "example.org:443" },
        { "example.org.:443", new DnsEndPoint("example.org.", 443), "example.org.:443" },
        { "unix:/run/a.sock", new UnixDomainSocketEndPoint("/run/a.sock"), "unix:/run/a.sock" },
        { "unix:/a:80", new UnixDomainSocketEndPoint("/a:80"), "unix:/a:80" },
        { "pipe:name", new NamedPipeEndPoint("name"), "pipe:name" },
        { "pipe:8080", new NamedPipeEndPoint("8080"), "pipe:8080" },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public void Parse_EveryForm_IsItsEndPoint(string text, EndPoint expected, string canonical)
    {
        var endPoint = NetEndPoint.Parse(text);

        Assert.Equal(expected, endPoint);
        Assert.Equal(expected.GetType(), endPoint.GetType());
        Assert.Equal(canonical, NetEndPoint.Format(endPoint));
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Format_EveryKind_IsReadBack(string text, EndPoint expected, string canonical)
    {
        Assert.True(NetEndPoint.TryParse(text, out var endPoint));

        Assert.Equal(canonical, NetEndPoint.Format(expected));
        Assert.Equal(endPoint, NetEndPoint.Parse(NetEndPoint.Format(endPoint)));
    }

    [LinuxFact]
    public void Parse_AbstractName_IsReadAndWritten()
    {
        var endPoint = NetEndPoint.Parse("unix:@name");

        Assert.Equal(new UnixDomainSocketEndPoint("\0name"), endPoint);
        Assert.Equal("unix:@name", NetEndPoint.Format(endPoint));
    }

    // A file of the current directory whose name begins with '@' is not the abstract name.
    [LinuxFact]
    public void Format_FileThatBeginsWithAt_IsNotReadBackAsAnAbstractName()
    {
        var file = new UnixDomainSocketEndPoint("@name");

        Assert.NotEqual<EndPoint>(new UnixDomainSocketEndPoint("\0name"), NetEndPoint.Parse(NetEndPoint.Format(file)));
    }

    // Their first words mean other forms: without a prefix these hosts would come back as a pipe and a path.
    [Theory]
    [InlineData("pipe")]
    [InlineData("unix")]
    public void Format_HostNamedLikeAForm_IsReadBack(string host)
    {
        var endPoint = NetEndPoint.Parse($"tcp://{host}:80");

        Assert.Equal(new DnsEndPoint(host, 80), endPoint);
        Assert.Equal(endPoint, NetEndPoint.Parse(NetEndPoint.Format(endPoint)));
    }

    [Fact]
    public void Format_AnyOtherKind_IsItsOwnText() => Assert.Equal("strange", NetEndPoint.Format(new StrangeEndPoint()));

    [Fact]
    public void Format_Null_Throws() => Assert.Throws<ArgumentNullException>(() => NetEndPoint.Format(null!));

    [Fact]
    public void Parse_Null_Throws() => Assert.Throws<ArgumentNullException>(() => NetEndPoint.Parse(null!));

    [Fact]
    public void TryParse_Null_IsFalse()
    {
        Assert.False(NetEndPoint.TryParse(null, out var endPoint));
        Assert.Null(endPoint);
    }

    [Fact]
    public void Any_Port_IsEveryAddress() => Assert.Equal(Ip("::", 80), NetEndPoint.Any(80));

    [Fact]
    public void Loopback_Port_IsIPv4Loopback() => Assert.Equal(Ip("127.0.0.1", 80), NetEndPoint.Loopback(80));

    [Theory]
    [InlineData(-1)]
    [InlineData(65536)]
    public void AnyAndLoopback_PortOutOfRange_Throw(int port)
    {
        Assert.Equal("port", Assert.Throws<ArgumentOutOfRangeException>(() => NetEndPoint.Any(port)).ParamName);
        Assert.Equal("port", Assert.Throws<ArgumentOutOfRangeException>(() => NetEndPoint.Loopback(port)).ParamName);
    }

    private static IPEndPoint Ip(string address, int port) => new(IPAddress.Parse(address), port);
}
