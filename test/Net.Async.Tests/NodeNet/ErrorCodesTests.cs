using System.Net;
using System.Net.Sockets;
using Net.Async.Testing;
using Net.Async.Tests.Connecting;
using Net.Async.Tests.Contract;

namespace Net.Async.Tests.NodeNet;

/// <summary>Node's asynchronous error codes, each raised.</summary>
public class ErrorCodesTests : LeakCheck
{
    [Fact]
    public async Task ServerNotRunning_AcceptAfterTheStop_IsClosed()
    {
        var server = Server.Listen(0);
        await server.DisposeAsync();
        var thrown = await server.AcceptAsync().ThrowsAsync(ConnectionError.Closed);
        Assert.Equal(server.LocalEndPoint, thrown.EndPoint);
    }

    [Theory, Transports]
    public async Task SocketClosed_UseAfterTheClose_IsClosed(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        await pair.Client.DisposeAsync().Soon();
        await pair.Client.SendAsync(new byte[1]).ThrowsAsync(ConnectionError.Closed);
        await pair.Client.Input.ReadAsync().ThrowsAsync(ConnectionError.Closed);
        await pair.Client.WriteAsync("x").ThrowsAsync(ConnectionError.Closed);
    }

    [Fact]
    public async Task ConnectionTimeout_NobodyAnswers_IsTimedOutWithItsAttempts()
    {
        using var silent = new SilentListener(IPAddress.Loopback, 0);
        var resolver = new ScriptedResolver().Add("silent.test", IPAddress.Loopback);
        var connector = new HappyEyeballsConnector(new() { Resolver = resolver, ConnectTimeout = TimeSpan.FromMilliseconds(50) });
        var thrown = await Assert.ThrowsAsync<ConnectionException>(() => connector.ConnectAsync("silent.test", silent.Port).Soon());
        Assert.Equal((ConnectionError.TimedOut, new DnsEndPoint("silent.test", silent.Port)), (thrown.Error, thrown.EndPoint));
        Assert.All(thrown.Attempts, attempt => Assert.Equal(NetEndPoint.Loopback(silent.Port), attempt.EndPoint));
    }

    [Fact]
    public async Task IpBlocked_DeniedByAPolicy_IsDenied()
    {
        var connector = new HappyEyeballsConnector(new() { Policy = ConnectionPolicy.PublicInternet });
        Assert.Equal(ConnectionError.Denied, (await Assert.ThrowsAsync<ConnectionException>(() => connector.ConnectAsync("127.0.0.1", 80).Soon())).Error);
    }

    [Fact]
    public async Task InvalidAddressFamily_LiteralOfTheOther_IsNotSupported()
    {
        var connector = new HappyEyeballsConnector(new() { Addresses = { Family = AddressFamily.InterNetwork } });
        Assert.Equal(ConnectionError.AddressFamilyNotSupported, (await Assert.ThrowsAsync<ConnectionException>(() => connector.ConnectAsync("::1", 80).Soon())).Error);
    }

    [Theory, Transports]
    public async Task Abort_TheTokenOfACall_IsThatToken(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        using var cancel = new CancellationTokenSource();
        var reading = pair.Client.Input.ReadAsync(cancel.Token).AsTask();
        var accepting = pair.Server.AcceptAsync(cancel.Token).AsTask();
        await cancel.CancelAsync();
        Assert.Equal(cancel.Token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.Soon())).CancellationToken);
        Assert.Equal(cancel.Token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => accepting.Soon())).CancellationToken);
        Assert.Equal(ConnectionState.Open, pair.Client.State);
    }

    [Theory, Transports]
    public async Task StreamDestroyed_WriteAfterAbort_IsAbortedWithItsReason(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        var reason = new InvalidDataException("no good");
        pair.Client.Abort(reason);
        Assert.Same(reason, (await pair.Client.Output.WriteAsync(new byte[1]).ThrowsAsync(ConnectionError.Aborted)).InnerException);
        Assert.Same(reason, (await pair.Client.SendAsync(new byte[1]).ThrowsAsync(ConnectionError.Aborted)).InnerException);
    }

    [Theory, Transports]
    public async Task WriteAfterEnd_OutputCompleted_IsAMistake(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        await pair.Client.Output.CompleteAsync().Soon();
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await pair.Client.Output.WriteAsync(new byte[1]));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await pair.Client.SendAsync(new byte[1]));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await pair.Client.WriteAsync("x"));
        Assert.Null(pair.Client.CloseReason);
    }

    [Fact]
    public async Task Canceled_AbortWithBytesQueued_TellsTheWriter()
    {
        await using var pair = await Transport.Get("tcp4").ConnectPairAsync();
        var writing = pair.Client.Output.WriteAsync(new byte[8_000_000]).AsTask();
        var sending = pair.Accepted.SendAsync(new byte[8_000_000]).AsTask();
        pair.Client.Abort();
        await writing.ThrowsAsync(ConnectionError.Aborted);
        await sending.ThrowsAsync(ConnectionError.Reset);
    }
}
