using System.Net;
using Net.Async.Testing;
using Net.Async.Tests.Contract;

namespace Net.Async.Tests;

/// <summary>Whatever a caller does wrong is an argument or operation error of ours, that names what it is about.</summary>
public class UntypedErrorsTests : LeakCheck
{
    // Overrides nothing: the base class throws NotImplementedException for the family and for the bytes.
    private sealed class BareEndPoint : EndPoint;

    public static TheoryData<string, Func<EndPoint, Task>> ConnectsAndListens => new()
    {
        { "connect", static endPoint => Connection.ConnectAsync(endPoint) },
        { "connect with options", static endPoint => Connection.ConnectAsync(endPoint, new ConnectionOptions()) },
        { "establish", static endPoint => new HappyEyeballsConnector().ConnectAsync<int>(endPoint, static (_, _) => new(0)) },
        { "socket", static endPoint => new HappyEyeballsConnector().ConnectSocketAsync(endPoint) },
        { "one family", static endPoint => new HappyEyeballsConnector(new() { Addresses = { Family = System.Net.Sockets.AddressFamily.InterNetwork } }).ConnectAsync(endPoint) },
        { "resilient", static endPoint => new ResilientConnector(new HappyEyeballsConnector()).ConnectAsync(endPoint) },
        { "listen", static endPoint => Task.FromResult(Server.Listen(endPoint)) },
        { "listen on several", static endPoint => Task.FromResult(Server.Listen([endPoint])) },
        { "listen by name", static endPoint => Server.ListenAsync(endPoint) },
        { "listen on several by name", static endPoint => Server.ListenAsync([endPoint]) },
        { "bind", static endPoint => Task.FromResult(Server.Bind(endPoint)) },
        { "bind a socket", static endPoint => Task.FromResult(BoundSocket.Bind(endPoint)) },
        { "listen again and again", static endPoint => ListenRetry.ListenAsync(endPoint) },
    };

    [Theory, MemberData(nameof(ConnectsAndListens))]
    public async Task EndPoint_OfAKindWithoutAFamily_IsAnArgumentError(string what, Func<EndPoint, Task> call)
    {
        var exception = await Record.ExceptionAsync(() => call(new BareEndPoint()));
        Assert.True(exception is ArgumentException { ParamName: not null }, $"{what}: {exception}");
        Assert.StartsWith("A BareEndPoint is no TCP, Unix socket or pipe address.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EndPoint_OfAKindWithoutAFamily_IsNothingUntypedElsewhere()
    {
        var endPoint = new BareEndPoint();
        Assert.NotEmpty(NetEndPoint.Format(endPoint));
        Assert.Equal(ConnectionError.Refused, (await Assert.ThrowsAsync<ConnectionException>(() => new MemoryNetwork().Connector.ConnectAsync(endPoint))).Error);
        var network = new MemoryNetwork();
        await using (network.Listen(endPoint))
            await (await network.Connector.ConnectAsync(endPoint)).DisposeAsync();
        foreach (var policy in (ConnectionPolicy[])[ConnectionPolicy.AllowAll, ConnectionPolicy.PublicInternet, new BlockList(), new RulePolicy(new())])
            _ = policy.Evaluate(new ConnectionCandidate(endPoint, ConnectionDirection.Outbound));
    }

    [Fact]
    public void Lists_WithANull_AreArgumentErrors()
    {
        EndPoint[] endPoints = [NetEndPoint.Loopback(0), null!];
        (string What, Action Call)[] calls =
        [
            ("listen", () => Server.Listen(endPoints)),
            ("listen by name", () => Server.ListenAsync(endPoints).GetAwaiter().GetResult()),
            ("bind", () => Server.Bind(endPoints)),
            ("policy rows", () => _ = new AddressPolicyTable([null!])),
            ("timeline", () => _ = new ConnectTimeline([null!])),
            ("local addresses", () => _ = new HappyEyeballsOptions { Addresses = { LocalAddresses = [null!] } }),
            ("addresses", () => new BlockList().AddAddresses([null!])),
            ("checked addresses", () => new BlockList().ContainsMany([null!], new bool[1])),
            ("JSON paths", () => _ = new BlockListLoadOptions { JsonPaths = [null!] }),
            ("directories", () => _ = new RulePolicyOptions { AllowedSocketDirectories = [null!] }),
            ("scripted addresses", () => new ScriptedResolver().Add("host.test", [null!])),
            ("scripted addresses of a family", () => new ScriptedResolver().Add("host.test", System.Net.Sockets.AddressFamily.InterNetwork, TimeSpan.Zero, [null!])),
        ];
        Assert.All(calls, static call => Assert.True(Record.Exception(call.Call) is ArgumentException { ParamName: not null }, $"{call.What}: {Record.Exception(call.Call)}"));
        Assert.True(Record.Exception(() => new BlockList().AddJson([null!])) is FormatException or ArgumentException);
    }

    [Theory, Transports]
    public async Task AsStream_WrongBuffers_AreArgumentErrors(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        var stream = pair.Client.AsStream();
        Assert.Equal("buffer", Assert.Throws<ArgumentNullException>(() => stream.Write(null!, 0, 0)).ParamName);
        Assert.Equal("buffer", Assert.Throws<ArgumentNullException>(() => { _ = stream.WriteAsync(null!, 0, 0); }).ParamName);
        Assert.Equal("buffer", (await Assert.ThrowsAsync<ArgumentNullException>(() => stream.ReadAsync(null!, 0, 0))).ParamName);
        Assert.Equal("buffer", Assert.Throws<ArgumentNullException>(() => stream.Read(null!, 0, 0)).ParamName);
        Assert.Equal("destination", (await Assert.ThrowsAsync<ArgumentNullException>(() => stream.CopyToAsync(null!))).ParamName);
        Assert.Throws<ArgumentOutOfRangeException>(() => { _ = stream.WriteAsync(new byte[1], -1, 1); });
        Assert.Throws<ArgumentOutOfRangeException>(() => { _ = stream.WriteAsync(new byte[1], 0, 2); });
        Assert.Throws<ArgumentOutOfRangeException>(() => stream.Write(new byte[1], 1, 1));
        Assert.Equal(0, pair.Client.BytesWritten);
    }

    [Theory, Transports]
    public async Task AsStream_Disposed_CanNeitherReadNorWrite(string transport)
    {
        foreach (var later in (bool[])[true, false])
        {
            await using var pair = await Transport.Get(transport).ConnectPairAsync();
            var stream = pair.Client.AsStream();
            Assert.True(stream.CanRead && stream.CanWrite);
            pair.Accepted.Abort();
            if (later)
                await stream.DisposeAsync();
            else
                stream.Dispose();
            Assert.False(stream.CanRead || stream.CanWrite || stream.CanSeek);
        }
    }

    [Fact]
    public async Task ConfigureSocket_ThatDisposesTheSocket_IsTheCause()
    {
        await using var server = Server.Listen(0);
        var connector = new HappyEyeballsConnector(new()
        {
            Resolver = new ScriptedResolver().Add("host.test", IPAddress.Loopback),
            Addresses = { ConfigureSocket = static (socket, _) => socket.Dispose() },
        });
        foreach (var target in new EndPoint[] { server.LocalEndPoint, new DnsEndPoint("host.test", server.Port()) })
        {
            var failed = await Assert.ThrowsAsync<ConnectionException>(() => connector.ConnectAsync(target).Soon());
            var cause = Assert.IsType<InvalidOperationException>(failed.InnerException);
            Assert.Equal($"The callback that configures sockets has disposed the one for 127.0.0.1:{server.Port()}.", cause.Message);
        }
    }

    [Theory, Transports]
    public async Task Messages_OfACauseWithAFullStop_EndWithOne(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        pair.Client.Abort(new InvalidDataException("Three strikes."));
        var exception = await Assert.ThrowsAsync<ConnectionException>(async () => await pair.Client.Input.ReadAsync());
        Assert.EndsWith("Three strikes.", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("..", SocketErrors.Failure("connect to", new DnsEndPoint("host.test", 80), new System.Net.Sockets.SocketException(0, "Odd.")).Message, StringComparison.Ordinal);
    }
}
