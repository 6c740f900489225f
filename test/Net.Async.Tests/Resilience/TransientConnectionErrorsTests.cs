using System.Net.Sockets;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace Net.Async.Tests.Resilience;

public class TransientConnectionErrorsTests
{
    [Fact]
    public void IsTransient_EachError_IsAsListed() => Assert.Equal(
        [
            ConnectionError.Reset, ConnectionError.TimedOut, ConnectionError.Refused, ConnectionError.NetworkUnreachable,
            ConnectionError.HostUnreachable, ConnectionError.PathNotFound, ConnectionError.ResourceShortage, ConnectionError.LookupFailed,
        ],
        Enum.GetValues<ConnectionError>().Where(static error => TransientConnectionErrors.IsTransient(new ConnectionException(error, "made"))));

    [Theory]
    [InlineData(SocketError.TryAgain, true)]
    [InlineData(SocketError.HostNotFound, false)]
    [InlineData(SocketError.NoData, false)]
    public void IsTransient_HostNotFound_IsWhatTheLookupSays(SocketError said, bool expected)
    {
        var lookup = new ConnectionException(ConnectionError.HostNotFound, "look-up", null, new SocketException((int)said));

        Assert.Equal(expected, TransientConnectionErrors.IsTransient(lookup));
        Assert.Equal(expected, TransientConnectionErrors.IsTransient(new ConnectionException(ConnectionError.HostNotFound, "race", null, lookup)));
    }

    [Theory]
    [InlineData(SocketError.TryAgain, true)]
    [InlineData(SocketError.NoRecovery, false)]
    public void IsTransient_LookupThatCouldNotTell_IsWhatItSays(SocketError said, bool expected)
    {
        var lookup = new ConnectionException(ConnectionError.Unknown, "look-up", null, new SocketException((int)said));

        Assert.Equal(expected, TransientConnectionErrors.IsTransient(lookup));
        Assert.Equal(expected, TransientConnectionErrors.IsTransient(new ConnectionException(ConnectionError.Unknown, "race", null, lookup)));
    }

    [Fact]
    public void IsTransient_OtherExceptions_AreTimeLimitsOnly()
    {
        Assert.True(TransientConnectionErrors.IsTransient(new TimeoutRejectedException()));
        Assert.False(TransientConnectionErrors.IsTransient(new BrokenCircuitException()));
        Assert.False(TransientConnectionErrors.IsTransient(new ConnectionException(ConnectionError.Refused, "open", null, new BrokenCircuitException())));
        Assert.False(TransientConnectionErrors.IsTransient(new OperationCanceledException()));
        Assert.False(TransientConnectionErrors.IsTransient(new ArgumentException("made")));
    }
}
