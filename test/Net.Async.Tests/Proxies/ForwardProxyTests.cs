using System.Net;
using System.Security.Cryptography;
using Net.Async.Tests.Contract;
using Net.Async.Tests.Io;

namespace Net.Async.Tests.Proxies;

/// <summary>The connectors through proxies that others have written, to servers on the loopback.</summary>
public class ForwardProxyTests
{
    private static readonly ProxyConnectorOptions s_user = new() { UserName = "jane", Password = "s3cret" };

    [Needs("microsocks")]
    public async Task Microsocks_EchoOverBothEngines_IsWhole()
    {
        await using var proxy = await ForwardProxy.StartMicrosocksAsync();
        foreach (var engine in Engines.Names)
            await EchoesAsync(new Socks5Connector(proxy.EndPoint, null, new HappyEyeballsConnector(Engines.Connecting(engine))));
    }

    [Needs("tinyproxy")]
    public async Task Tinyproxy_EchoOverBothEngines_IsWhole()
    {
        await using var proxy = await ForwardProxy.StartTinyproxyAsync();
        foreach (var engine in Engines.Names)
            await EchoesAsync(new HttpProxyConnector(proxy.EndPoint, null, new HappyEyeballsConnector(Engines.Connecting(engine))));
    }

    [Needs("microsocks")]
    public async Task Microsocks_WithAUser_TakesTheRightOneOnly()
    {
        await using var proxy = await ForwardProxy.StartMicrosocksAsync("-u", s_user.UserName!, "-P", s_user.Password!);
        await EchoesAsync(new Socks5Connector(proxy.EndPoint, s_user));
        foreach (var options in (ProxyConnectorOptions?[])[null, s_user with { Password = "wrong" }])
        {
            var failure = await Assert.ThrowsAsync<ConnectionException>(() => new Socks5Connector(proxy.EndPoint, options).ConnectAsync("127.0.0.1", 1).Soon());
            Assert.Equal(ConnectionError.AccessDenied, failure.Error);
        }
    }

    [Needs("tinyproxy")]
    public async Task Tinyproxy_WithAUser_TakesTheRightOneOnly()
    {
        await using var proxy = await ForwardProxy.StartTinyproxyAsync($"BasicAuth {s_user.UserName} {s_user.Password}");
        await EchoesAsync(new HttpProxyConnector(proxy.EndPoint, s_user));
        foreach (var options in (ProxyConnectorOptions?[])[null, s_user with { Password = "wrong" }])
        {
            var failure = await Assert.ThrowsAsync<ConnectionException>(() => new HttpProxyConnector(proxy.EndPoint, options).ConnectAsync("127.0.0.1", 1).Soon());
            Assert.Equal((ConnectionError.AccessDenied, true), (failure.Error, failure.Message.Contains($"through the proxy {proxy.EndPoint}", StringComparison.Ordinal)));
        }
    }

    [Needs("microsocks", "tinyproxy")]
    public async Task Proxies_NameOrPortWithoutAServer_AreTold()
    {
        await using var socks = await ForwardProxy.StartMicrosocksAsync();
        await using var http = await ForwardProxy.StartTinyproxyAsync("ConnectPort 443");
        // A name goes unresolved, and is this machine there too.
        await using var server = Server.Listen(new IPEndPoint(IPAddress.Loopback, 0));
        var accepting = server.AcceptAsync().AsTask();
        await using (await new Socks5Connector(socks.EndPoint).ConnectAsync("localhost", server.Port()).Soon())
            await (await accepting.Soon()).DisposeAsync();
        var port = server.Port();
        await server.StopAsync();
        Assert.Equal(ConnectionError.Refused, (await Assert.ThrowsAsync<ConnectionException>(() => new Socks5Connector(socks.EndPoint).ConnectAsync("127.0.0.1", port).Soon())).Error);
        Assert.Equal(ConnectionError.AccessDenied, (await Assert.ThrowsAsync<ConnectionException>(() => new HttpProxyConnector(http.EndPoint).ConnectAsync("127.0.0.1", port).Soon())).Error);
    }

    private static async Task EchoesAsync(Connector connector)
    {
        await using var server = Server.Listen(new IPEndPoint(IPAddress.Loopback, 0));
        var serving = server.ServeAsync(ServerTests.Echo);
        await using (var connection = await connector.ConnectAsync(server.LocalEndPoint).Soon())
        {
            var bytes = RandomNumberGenerator.GetBytes(1_000_000);
            var writing = connection.Output.WriteAsync(bytes).AsTask();
            Assert.Equal(bytes, await connection.Input.ReadExactlyAsync(bytes.Length).Soon());
            await writing.Soon();
            Assert.Equal(((ProxyConnector)connector).Proxy, connection.RemoteEndPoint);
            connection.Abort();
        }

        await server.StopAsync(TimeSpan.Zero).Soon();
        await serving.Soon();
    }
}
