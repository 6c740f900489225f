using System.Net;
using System.Net.Sockets;

namespace Net.Async.Tests;

public class TransportEndPointTests
{
    [Fact]
    public void Check_KnownKind_IsItself()
    {
        EndPoint[] endPoints = [new IPEndPoint(IPAddress.IPv6Any, 0), new UnixDomainSocketEndPoint("/a"), new NamedPipeEndPoint("a")];

        Assert.All(endPoints, static endPoint => Assert.Same(endPoint, TransportEndPoint.Check(endPoint)));
    }

    [Fact]
    public void Check_Null_Throws() => Assert.Equal("endPoint", Assert.Throws<ArgumentNullException>(() => TransportEndPoint.Check(null!)).ParamName);

    [Fact]
    public void Check_Name_PointsToTheAsynchronousMethod()
    {
        var exception = Assert.Throws<ArgumentException>(() => TransportEndPoint.Check(new DnsEndPoint("localhost", 80)));

        Assert.Equal("'localhost:80' is a name, which is not looked up here: use ListenAsync of the server, or ConnectAsync of the connection. (Parameter 'endPoint')", exception.Message);
    }

    [Fact]
    public void Check_UnknownKind_NamesTheKind()
    {
        var exception = Assert.Throws<ArgumentException>(() => TransportEndPoint.Check(new StrangeEndPoint()));

        Assert.Equal("A StrangeEndPoint (AppleTalk) is no TCP, Unix socket or pipe address. (Parameter 'endPoint')", exception.Message);
    }
}
