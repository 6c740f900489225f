using System.Net;
using System.Net.Sockets;

namespace Net.Async.Tests.Io.Descriptors;

/// <summary>The kernel's bytes beside the base class library's reading of them.</summary>
public class IpNameTests
{
    [Theory]
    [InlineData("127.0.0.1:80", "127.0.0.1:80")]
    [InlineData("255.254.253.252:65535", "255.254.253.252:65535")]
    [InlineData("[2001:db8:1:2:3:4:5:6]:443", "[2001:db8:1:2:3:4:5:6]:443")]
    [InlineData("[fe80::1%7]:1", "[fe80::1%7]:1")]
    [InlineData("[::ffff:192.0.2.1]:9", "192.0.2.1:9")]
    public void ToEndPoint_EachFamily_IsWhatWasWritten(string written, string expected)
    {
        var bytes = IPEndPoint.Parse(written).Serialize();
        var name = new IpName(bytes.Buffer.Span[..bytes.Size]);
        Assert.False(name.IsEmpty);
        Assert.Equal(IPEndPoint.Parse(expected), name.ToEndPoint());
    }

    [Fact]
    public void ToEndPoint_AnotherFamilyOrTooShort_IsNone()
    {
        Assert.Null(default(IpName).ToEndPoint());
        Assert.Null(new IpName([]).ToEndPoint());
        var unix = new UnixDomainSocketEndPoint("/a").Serialize();
        Assert.Null(new IpName(unix.Buffer.Span[..unix.Size]).ToEndPoint());
        var bytes = IPEndPoint.Parse("127.0.0.1:80").Serialize();
        Assert.Null(new IpName(bytes.Buffer.Span[..7]).ToEndPoint());
    }
}
