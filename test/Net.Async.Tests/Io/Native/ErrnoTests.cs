using System.Net.Sockets;

namespace Net.Async.Tests.Io.Native;

public class ErrnoTests
{
    // The base class library's own table: its exception tells the native number of each of its errors.
    [LinuxFact]
    public void ToSocketError_EveryErrorThatTheBaseClassLibraryNames_IsTheSameName()
    {
        foreach (var error in Enum.GetValues<SocketError>().Where(static error => error is not (SocketError.Success or SocketError.SocketError)))
        {
            var number = new SocketException((int)error).NativeErrorCode;
            // It gives what it has no number for back as it is; several names share a number.
            if (number != (int)error && number > 0 && number < 200)
                Assert.Equal(number, new SocketException((int)Errno.ToSocketError(number)).NativeErrorCode);
        }
    }

    [Theory]
    [InlineData(32, SocketError.Shutdown, ConnectionError.Reset)]
    [InlineData(104, SocketError.ConnectionReset, ConnectionError.Reset)]
    [InlineData(107, SocketError.NotConnected, ConnectionError.Reset)]
    [InlineData(23, SocketError.TooManyOpenSockets, ConnectionError.ResourceShortage)]
    [InlineData(24, SocketError.TooManyOpenSockets, ConnectionError.ResourceShortage)]
    [InlineData(105, SocketError.NoBufferSpaceAvailable, ConnectionError.ResourceShortage)]
    [InlineData(109, SocketError.NoBufferSpaceAvailable, ConnectionError.ResourceShortage)]
    [InlineData(999, SocketError.SocketError, ConnectionError.Unknown)]
    public void ToSocketError_Number_IsOneNameForEveryCaller(int number, SocketError name, ConnectionError error)
    {
        Assert.Equal(name, Errno.ToSocketError(number));
        Assert.Equal(error, new SocketException((int)name).ToConnectionError());
    }

    [LinuxTheory]
    [InlineData(2, ConnectionError.PathNotFound)]
    [InlineData(12, ConnectionError.ResourceShortage)]
    [InlineData(20, ConnectionError.PathNotFound)]
    public void ToSocketError_NumberWithoutAName_IsToldApartByTheNumber(int number, ConnectionError error)
    {
        var folded = new SocketException((int)Errno.ToSocketError(number));

        // The base class library folds ENOENT into "address not available"; the failure of a path says what it was.
        Assert.Equal(error, SocketErrors.Failure("connect to", new UnixDomainSocketEndPoint("/none"), folded).Error);
    }
}
