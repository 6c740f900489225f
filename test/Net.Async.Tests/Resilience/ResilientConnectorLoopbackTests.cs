using System.Net;
using System.Text;
using Net.Async.Tests.Connecting;
using Polly.CircuitBreaker;

namespace Net.Async.Tests.Resilience;

/// <summary>Real sockets behind it, and the system's clock.</summary>
public class ResilientConnectorLoopbackTests : LeakCheck
{
    private readonly Told _told = new();

    [Fact]
    public async Task ConnectAsync_ServerThatStartsLater_IsReached()
    {
        await using var server = Server.Bind(NetEndPoint.Loopback(0));
        var connector = new ResilientConnector(new HappyEyeballsConnector(), new() { MaxAttempts = 100, Delay = TimeSpan.FromMilliseconds(1), Retrying = _told, Circuit = null });
        var connecting = connector.ConnectAsync(server.LocalEndPoint);
        await Eventually.IsAsync(() => _told.Errors.Length >= 1, "an attempt was refused");

        server.Start();

        await using var connection = await connecting.Soon();
        await using var accepted = await server.AcceptAsync().Soon();
        await connection.Output.WriteAsync("hello"u8.ToArray());
        var received = (await accepted.Input.ReadAtLeastAsync(5).Soon()).Buffer;
        Assert.Equal("hello", Encoding.ASCII.GetString(received));
        accepted.Input.AdvanceTo(received.End);
        Assert.All(_told.Errors, static error => Assert.Equal(ConnectionError.Refused, error));
    }

    [Fact]
    public async Task ConnectAsync_SilentAddress_TimesOutAndLeavesNothing()
    {
        using var silent = new SilentListener(IPAddress.Loopback, 0);
        var connector = new ResilientConnector(new HappyEyeballsConnector(), new() { MaxAttempts = 2, Delay = TimeSpan.Zero, AttemptTimeout = TimeSpan.FromMilliseconds(100), Retrying = _told });

        var exception = await Assert.ThrowsAsync<ConnectionException>(() => connector.ConnectAsync("localhost", silent.Port).Soon());

        Assert.Equal(ConnectionError.TimedOut, exception.Error);
        Assert.Equal([ConnectionError.TimedOut], _told.Errors);
    }

    [Fact]
    public async Task ConnectAsync_SilentAddressCancelled_ThrowsWithTheToken()
    {
        using var silent = new SilentListener(IPAddress.Loopback, 0);
        using var source = new CancellationTokenSource();
        var before = Descriptors();
        var connecting = new ResilientConnector(new HappyEyeballsConnector()).ConnectAsync("127.0.0.1", silent.Port, source.Token);
        await Eventually.IsAsync(() => !OperatingSystem.IsLinux() || Descriptors() > before, "an attempt is under way");

        await source.CancelAsync();

        Assert.Equal(source.Token, (await Assert.ThrowsAsync<OperationCanceledException>(() => connecting.Soon())).CancellationToken);
    }

    [Fact]
    public async Task ConnectAsync_NobodyListens_OpensTheCircuit()
    {
        await using var bound = Server.Bind(NetEndPoint.Loopback(0));
        var connector = new ResilientConnector(new HappyEyeballsConnector(), new() { MaxAttempts = 3, Delay = TimeSpan.Zero, Circuit = new() { MinAttempts = 3, BreakDuration = TimeSpan.FromDays(1) } });

        Assert.IsNotType<BrokenCircuitException>((await RefusedAsync()).InnerException);
        Assert.IsType<BrokenCircuitException>((await RefusedAsync()).InnerException);

        Task<ConnectionException> RefusedAsync() => Assert.ThrowsAsync<ConnectionException>(() => connector.ConnectAsync(bound.LocalEndPoint).Soon());
    }

    [Theory]
    [InlineData("127.1")]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    public async Task ConnectAsync_Host_IsReadByTheConnectorBehind(string host)
    {
        await using var server = Server.Listen(0);
        var connector = new ResilientConnector(new HappyEyeballsConnector(new() { Addresses = { AllowLegacyIPv4 = true } }));

        await using var connection = await connector.ConnectAsync(host, server.Port()).Soon();
        await (await server.AcceptAsync().Soon()).DisposeAsync();

        Assert.Equal(server.LocalEndPoint, connection.RemoteEndPoint);
    }
}
