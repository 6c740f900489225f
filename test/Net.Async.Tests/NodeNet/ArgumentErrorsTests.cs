using System.Net;
using System.Net.Sockets;
using Net.Async.Tests.Contract;

namespace Net.Async.Tests.NodeNet;

/// <summary>Node's synchronous error codes: mistakes of the caller, told before any I/O, with the parameter's name or the text that is wrong.</summary>
public class ArgumentErrorsTests : LeakCheck
{
    [Fact]
    public async Task InvalidArgType_Null_NamesTheParameter()
    {
        await using var pair = await Transport.Get("tcp4").ConnectPairAsync();
        Assert.Equal("endPoint", Assert.Throws<ArgumentNullException>(() => Server.Listen((EndPoint)null!)).ParamName);
        Assert.Equal("endPoint", (await Assert.ThrowsAsync<ArgumentNullException>(() => Connection.ConnectAsync((EndPoint)null!))).ParamName);
        Assert.Equal("host", (await Assert.ThrowsAsync<ArgumentNullException>(() => Connection.ConnectAsync(null!, 80))).ParamName);
        Assert.Equal("Policy", Assert.Throws<ArgumentNullException>(() => new ServerOptions { Policy = null! }).ParamName);
        Assert.Equal("Resolver", Assert.Throws<ArgumentNullException>(() => new HappyEyeballsOptions { Resolver = null! }).ParamName);
        Assert.Equal("text", (await Assert.ThrowsAsync<ArgumentNullException>(() => pair.Client.WriteAsync((string)null!).AsTask())).ParamName);
        Assert.Equal("handler", (await Assert.ThrowsAsync<ArgumentNullException>(() => pair.Server.ServeAsync(null!))).ParamName);
    }

    [Fact]
    public async Task InvalidArgValue_AnEndPointOfNoUse_SaysWhichAndWhy()
    {
        Assert.Equal("endPoint", Assert.Throws<ArgumentException>(() => Server.Listen(new StrangeEndPoint())).ParamName);
        Assert.Equal("endPoint", Assert.Throws<ArgumentException>(() => Server.Listen(new DnsEndPoint("localhost", 0))).ParamName);
        Assert.Equal("host", (await Assert.ThrowsAsync<ArgumentException>(() => Connection.ConnectAsync("127.1", 80))).ParamName);
        Assert.Equal("host", (await Assert.ThrowsAsync<ArgumentException>(() => Connection.ConnectAsync("a\0b", 80))).ParamName);
        Assert.Equal("Family", Assert.Throws<ArgumentOutOfRangeException>(() => new HappyEyeballsOptions { Addresses = { Family = AddressFamily.Unix } }).ParamName);
    }

    [Fact]
    public async Task OutOfRange_EachKindOfNumber_NamesParameterAndValue()
    {
        await using var pair = await Transport.Get("tcp4").ConnectPairAsync();
        (string Name, object Value, Action Set)[] wrong =
        [
            ("IdlePeriod", TimeSpan.Zero, () => pair.Client.IdlePeriod = TimeSpan.Zero),
            ("ReadTimeout", TimeSpan.FromDays(2), () => pair.Client.ReadTimeout = TimeSpan.FromDays(2)),
            ("UserTimeout", TimeSpan.Zero, () => pair.Client.Tcp!.UserTimeout = TimeSpan.Zero),
            ("SendBufferSize", 1, () => pair.Client.Tcp!.SendBufferSize = 1),
            ("Delay", TimeSpan.Zero, () => pair.Client.Tcp!.SetKeepAlive(TimeSpan.Zero)),
            ("Backlog", 0, () => _ = new ServerOptions { Listener = { Backlog = 0 } }),
            ("AttemptDelay", TimeSpan.FromMilliseconds(9), () => _ = new HappyEyeballsOptions { AttemptDelay = TimeSpan.FromMilliseconds(9) }),
            ("timeout", TimeSpan.FromDays(2), () => pair.Server.StopAsync(TimeSpan.FromDays(2)).GetAwaiter().GetResult()),
            ("prefixLength", 33, () => new BlockList().AddSubnet(IPAddress.Loopback, 33)),
        ];
        foreach (var (name, value, set) in wrong)
        {
            var thrown = Assert.Throws<ArgumentOutOfRangeException>(set);
            Assert.Equal((name, value), (thrown.ParamName, thrown.ActualValue));
        }

        Assert.True(pair.Server.IsListening);
        Assert.Null(pair.Client.CloseReason);
    }

    [Fact]
    public async Task BadPort_EachWhere_NamesParameterAndValue()
    {
        foreach (var port in (int[])[-1, 65536])
        {
            Assert.Equal(("port", (object)port), Of(Assert.Throws<ArgumentOutOfRangeException>(() => Server.Listen(port))));
            Assert.Equal(("port", (object)port), Of(await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Connection.ConnectAsync("localhost", port))));
            Assert.Equal(("port", (object)port), Of(await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Connection.ConnectAsync(port))));
            Assert.Equal(("LocalPort", (object)port), Of(Assert.Throws<ArgumentOutOfRangeException>(() => new HappyEyeballsOptions { Addresses = { LocalPort = port } })));
            Assert.Contains($"the port '{port}' is not 0 to 65535", Assert.Throws<FormatException>(() => Server.Listen($"127.0.0.1:{port}")).Message, StringComparison.Ordinal);
        }

        // Node reads these; a text is a port here when it is decimal digits and nothing else.
        foreach (var text in (string[])["80 ", "0x1F90", "1.5", "", "abc", "+80"])
            Assert.Throws<FormatException>(() => NetEndPoint.Parse("127.0.0.1:" + text));
    }

    [Fact]
    public void InvalidAddress_TextThatIsNone_NamesTheText()
    {
        Assert.Contains("'127.1'", Assert.Throws<FormatException>(() => NetAddress.Parse("127.1")).Message, StringComparison.Ordinal);
        Assert.Contains("'1.2.3'", Assert.Throws<FormatException>(() => new BlockList().AddAddress("1.2.3")).Message, StringComparison.Ordinal);
        Assert.Contains("'::1/129'", Assert.Throws<FormatException>(() => new BlockList().AddCidr("::1/129")).Message, StringComparison.Ordinal);
        Assert.Equal("LocalAddresses", Assert.Throws<ArgumentException>(() => new HappyEyeballsOptions { Addresses = { LocalAddresses = [null!] } }).ParamName);
    }

    [Fact]
    public async Task AlreadyListening_StartedTwiceOrStopped_IsAMistake()
    {
        await using var server = Server.Bind(NetEndPoint.Loopback(0));
        server.Start();
        Assert.Throws<InvalidOperationException>(server.Start);
        Assert.True(server.IsListening);
        await server.StopAsync().Soon();
        Assert.Throws<InvalidOperationException>(server.Start);
    }

    [Theory, Transports]
    public async Task InvalidHandleType_OptionsOfTcp_AreThereForTcpOnly(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        Assert.Equal(pair.Client.Capabilities.HasFlag(ConnectionCapabilities.Tcp), pair.Client.Tcp is not null);
        Assert.Equal(ConnectionState.Open, pair.Client.State);
        pair.Client.Abort();
    }

    private static (string?, object?) Of(ArgumentOutOfRangeException exception) => (exception.ParamName, exception.ActualValue);
}
