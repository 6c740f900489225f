using System.Net;
using System.Net.Sockets;

namespace Net.Async.Tests;

public class ConnectionExceptionTests
{
    [Fact]
    public void Constructor_Everything_IsKept()
    {
        var endPoint = new NamedPipeEndPoint("a");
        var cause = new SocketException((int)SocketError.ConnectionReset);

        var exception = new ConnectionException(ConnectionError.Reset, "It broke.", endPoint, cause);

        Assert.Equal(ConnectionError.Reset, exception.Error);
        Assert.Equal("It broke.", exception.Message);
        Assert.Same(endPoint, exception.EndPoint);
        Assert.Same(cause, exception.InnerException);
        Assert.Equal(SocketError.ConnectionReset, exception.SocketError);
    }

    [Fact]
    public void Constructor_ErrorAndMessageOnly_HasNothingElse()
    {
        var exception = new ConnectionException(ConnectionError.Closed, "Closed.");

        Assert.Null(exception.EndPoint);
        Assert.Null(exception.InnerException);
        Assert.Null(exception.SocketError);
    }

    [Fact]
    public void SocketError_AnotherCause_IsNull() =>
        Assert.Null(new ConnectionException(ConnectionError.TimedOut, "Late.", innerException: new TimeoutException()).SocketError);

    // Code that reads streams catches IOException.
    [Fact]
    public void Type_OfTheException_IsAnIOException() => Assert.IsAssignableFrom<IOException>(new ConnectionException(ConnectionError.Reset, "Reset."));
}
