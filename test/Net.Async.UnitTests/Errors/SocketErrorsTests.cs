using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Net.Async.Tests;

public class SocketErrorsTests
{
    private static readonly IPEndPoint s_endPoint = new(IPAddress.Loopback, 80);

    [Fact]
    public Task ToConnectionError_EveryValue_IsAsVerified() => Verifier.Verify(string.Join('\n', Enum.GetValues<SocketError>()
        .Order()
        .Select(static error => $"{error}: {error.ToConnectionError()}{Kind(new SocketException((int)error))}")));

    // The exception's native number is looked at first; no number of a value with a name may be taken for another error.
    [Fact]
    public void ToConnectionError_ExceptionOfEveryValue_IsWhatTheTableSays() => Assert.All(Enum.GetValues<SocketError>(), static error =>
        Assert.Equal(error.ToConnectionError(), new SocketException((int)error).ToConnectionError()));

    [LinuxFact]
    public void ToConnectionError_NumbersWithoutASocketError_AreTold()
    {
        Assert.Equal(ConnectionError.PathNotFound, Native(2).ToConnectionError());
        Assert.Equal(ConnectionError.ResourceShortage, Native(12).ToConnectionError());
        Assert.Equal(ConnectionError.Unknown, Native(3).ToConnectionError());
    }

    [LinuxFact]
    public void IsShortage_OutOfMemory_IsTrue()
    {
        Assert.True(Native(12).IsShortage());
        Assert.False(Native(2).IsShortage());
    }

    // EMFILE, ENFILE, ENOBUFS, ENOMEM (accept(2)): waiting helps.
    [LinuxFact]
    public void IsShortage_EveryShortageOfAccept_IsTrue() => Assert.All([24, 23, 105, 12], static number => Assert.True(Native(number).IsShortage()));

    // ECONNABORTED, EPROTO, ENOPROTOOPT, EPERM and the network's own that accept(2) lists: of the one connection, not of the listener.
    [LinuxFact]
    public void IsTroubleOfOneConnection_EveryTroubleOfAccept_IsTrue() =>
        Assert.All([103, 71, 92, 1, 100, 112, 64, 113, 95, 101], static number => Assert.True(Native(number).IsTroubleOfOneConnection(), $"errno {number}"));

    [Fact]
    public void IsTroubleOfOneConnection_ListenerIsGone_IsFalse()
    {
        Assert.False(new SocketException((int)SocketError.NotSocket).IsTroubleOfOneConnection());
        Assert.False(new SocketException((int)SocketError.InvalidArgument).IsTroubleOfOneConnection());
        Assert.False(new SocketException((int)SocketError.OperationAborted).IsTroubleOfOneConnection());
    }

    [Fact]
    public void Shortage_EveryValue_IsNoTroubleOfOneConnection() => Assert.All(Enum.GetValues<SocketError>(), static error =>
        Assert.False(new SocketException((int)error) is var exception && exception.IsShortage() && exception.IsTroubleOfOneConnection()));

    [Fact]
    public void Failure_Exception_HasWhatWhereWhyAndTheCause()
    {
        var cause = new SocketException((int)SocketError.ConnectionRefused);

        var failure = SocketErrors.Failure("connect to", s_endPoint, cause);

        Assert.Equal("Could not connect to 127.0.0.1:80: refused, no server listens there.", failure.Message);
        Assert.Equal(ConnectionError.Refused, failure.Error);
        Assert.Same(s_endPoint, failure.EndPoint);
        Assert.Same(cause, failure.InnerException);
        Assert.Equal(SocketError.ConnectionRefused, failure.SocketError);
    }

    [Fact]
    public Task Failure_EveryErrorWithWordsOfOurOwn_IsAsVerified()
    {
        // Of the others the message is the operating system's.
        ConnectionError[] others = [ConnectionError.Unknown, ConnectionError.Aborted, ConnectionError.NotSupported];
        return Verifier.Verify(string.Join('\n', Enum.GetValues<SocketError>()
            .Where(error => !others.Contains(error.ToConnectionError()))
            .DistinctBy(static error => error.ToConnectionError())
            .OrderBy(static error => error.ToConnectionError())
            .Select(static error => SocketErrors.Failure("connect to", s_endPoint, new SocketException((int)error)).Message)));
    }

    private static string Kind(SocketException exception) =>
        exception.IsShortage() ? ", accept pauses" : exception.IsTroubleOfOneConnection() ? ", accept continues" : "";

    // The parameterless constructor is the only public one that takes the operating system's own number.
    private static SocketException Native(int number)
    {
        Marshal.SetLastPInvokeError(number);
        var exception = new SocketException();
        Assert.Equal(number, exception.NativeErrorCode);
        return exception;
    }

    [Theory]
    [InlineData(SocketError.AddressNotAvailable, false, true, ConnectionError.ResourceShortage)]
    [InlineData(SocketError.AddressAlreadyInUse, false, true, ConnectionError.ResourceShortage)]
    [InlineData(SocketError.AddressNotAvailable, true, true, ConnectionError.AddressInUse)]
    [InlineData(SocketError.AddressNotAvailable, false, false, ConnectionError.AddressNotAvailable)]
    [InlineData(SocketError.AddressNotAvailable, true, false, ConnectionError.AddressNotAvailable)]
    [InlineData(SocketError.ConnectionRefused, false, true, ConnectionError.Refused)]
    public void ToErrorOfConnect_PortWantedOrNot_TellsAShortageFromAnAddress(SocketError error, bool portIsWanted, bool hasSource, ConnectionError expected) =>
        Assert.Equal(expected, new SocketException((int)error).ToErrorOfConnect(portIsWanted, () => hasSource));

    [Theory]
    [InlineData(SocketError.AddressAlreadyInUse, 0, ConnectionError.ResourceShortage)]
    [InlineData(SocketError.AddressAlreadyInUse, 80, ConnectionError.AddressInUse)]
    [InlineData(SocketError.AddressNotAvailable, 0, ConnectionError.AddressNotAvailable)]
    public void ToErrorOfBind_Port0OrAnother_TellsAShortageFromAnAddressInUse(SocketError error, int port, ConnectionError expected) =>
        Assert.Equal(expected, new SocketException((int)error).ToErrorOfBind(new IPEndPoint(IPAddress.Loopback, port)));
}
