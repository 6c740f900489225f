using System.Net;
using System.Net.Sockets;
using System.Text;
using Net.Async.Testing;

namespace Net.Async.Tests.Proxies;

/// <summary>Both connectors against scripted answers: every split, every refusal, everything that is no answer.</summary>
public class ProxyConnectorTests
{
    private const string Where = "192.0.2.99:1080";

    private static readonly byte[] s_rest = "rest"u8.ToArray();

    [Fact]
    public async Task Http_GoodHeads_EverySplit_LeavesWhatIsBehind()
    {
        foreach (var head in ProxyReplies.GoodHeads)
        {
            byte[] bytes = [.. ProxyReplies.Bytes(head), .. s_rest];
            for (var split = 1; split < bytes.Length; split++)
                await ConnectsAsync(static proxy => new HttpProxyConnector(Where, null, proxy), [bytes[..split], bytes[split..]]);
            await ConnectsAsync(static proxy => new HttpProxyConnector(Where, null, proxy), ScriptedProxy.Cut(bytes, 1));
        }
    }

    [Fact]
    public async Task Socks_GoodReplies_EverySplit_LeavesWhatIsBehind()
    {
        foreach (var reply in ProxyReplies.GoodSocks)
        {
            byte[] bytes = [.. reply, .. s_rest];
            for (var split = 1; split < bytes.Length; split++)
                await ConnectsAsync(static proxy => new Socks5Connector(Where, null, proxy), [bytes[..split], bytes[split..]]);
            await ConnectsAsync(static proxy => new Socks5Connector(Where, null, proxy), ScriptedProxy.Cut(bytes, 1));
        }
    }

    [Fact]
    public async Task Http_Refusals_AreNamed()
    {
        foreach (var (head, error) in ProxyReplies.Refusals)
        {
            var failure = await FailsAsync(new HttpProxyConnector(Where, null, new ScriptedProxy(ProxyReplies.Bytes(head))));
            Assert.True(error == failure.Error, $"{head}: {failure}");
            Assert.StartsWith("Could not connect to example.org:443 through the proxy 192.0.2.99:1080: the proxy answers ", failure.Message, StringComparison.Ordinal);
            var attempt = Assert.Single(failure.Attempts);
            Assert.Equal((new DnsEndPoint("example.org", 443, AddressFamily.Unspecified), ConnectOutcome.Failed), (attempt.EndPoint, attempt.Outcome));
        }
    }

    [Fact]
    public async Task Http_BadHeads_AreInvalid()
    {
        foreach (var head in ProxyReplies.BadHeads)
        {
            var failure = await FailsAsync(new HttpProxyConnector(Where, null, new ScriptedProxy(ProxyReplies.Bytes(head))));
            Assert.True(failure.Error == ConnectionError.InvalidData, $"{head}: {failure}");
        }
    }

    [Fact]
    public async Task Http_HeadThatIsTooLong_IsRefusedAtItsLimit()
    {
        foreach (var endless in (string[])["HTTP/1.1 200 OK\r\nA: " + new string('b', 4096), string.Concat(Enumerable.Repeat("HTTP/1.1 100 C\r\n\r\n", 300))])
        {
            var failure = await FailsAsync(new HttpProxyConnector(Where, new() { MaxResponseBytes = 256 }, new ScriptedProxy(ProxyReplies.Bytes(endless))));
            Assert.Equal((ConnectionError.InvalidData, true), (failure.Error, failure.Message.Contains("more than 256 bytes", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public async Task Socks_BadReplies_AreInvalid()
    {
        foreach (var bytes in ProxyReplies.BadSocks)
        {
            var failure = await FailsAsync(new Socks5Connector(Where, null, new ScriptedProxy(bytes)));
            Assert.True(failure.Error == ConnectionError.InvalidData, $"{Convert.ToHexString(bytes)}: {failure}");
        }
    }

    [Theory]
    [InlineData(1, ConnectionError.Unknown)]
    [InlineData(2, ConnectionError.AccessDenied)]
    [InlineData(3, ConnectionError.NetworkUnreachable)]
    [InlineData(4, ConnectionError.HostUnreachable)]
    [InlineData(5, ConnectionError.Refused)]
    [InlineData(6, ConnectionError.HostUnreachable)]
    [InlineData(7, ConnectionError.NotSupported)]
    [InlineData(8, ConnectionError.AddressFamilyNotSupported)]
    [InlineData(9, ConnectionError.Unknown)]
    [InlineData(255, ConnectionError.Unknown)]
    public async Task Socks_ReplyCodes_AreNamed(byte code, ConnectionError error)
    {
        // Some proxies close behind the code.
        foreach (var bytes in (byte[][])[[5, 0, 5, code], [5, 0, 5, code, 0, 1, 0, 0, 0, 0, 0, 0]])
        {
            var failure = await FailsAsync(new Socks5Connector(Where, null, new ScriptedProxy(bytes)));
            Assert.Equal((error, true), (failure.Error, failure.Message.Contains("through the proxy 192.0.2.99:1080: the ", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public async Task Socks_Methods_AreAnswered()
    {
        Assert.Equal(ConnectionError.AccessDenied, (await FailsAsync(new Socks5Connector(Where, null, new ScriptedProxy([5, 0xFF])))).Error);
        var options = new ProxyConnectorOptions { UserName = "jane", Password = "secret" };
        Assert.Equal(ConnectionError.AccessDenied, (await FailsAsync(new Socks5Connector(Where, options, new ScriptedProxy([5, 2, 1, 1])))).Error);
        Assert.Equal(ConnectionError.InvalidData, (await FailsAsync(new Socks5Connector(Where, options, new ScriptedProxy([5, 2, 5, 0])))).Error);

        var proxy = new ScriptedProxy([5, 2, 1, 0, 5, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
        await using var connection = await new Socks5Connector(Where, options, proxy).ConnectAsync("example.org", 443);
        Assert.Equal([5, 2, 0, 2, 1, 4, .. "jane"u8, 6, .. "secret"u8, 5, 1, 0, 3, 11, .. "example.org"u8, 1, 187], proxy.Sent);
    }

    [Theory]
    [InlineData("192.0.2.1", "0101C0000201")]
    [InlineData("::ffff:192.0.2.1", "0101C0000201")]
    [InlineData("[2001:db8::1]", "010420010DB8000000000000000000000001")]
    [InlineData("Example.ORG", "01030B4578616D706C652E4F5247")]
    public async Task Socks_Targets_GoAsTheyAre(string host, string expected)
    {
        var proxy = new ScriptedProxy([5, 0, 5, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
        await using var connection = await new Socks5Connector(Where, null, proxy).ConnectAsync(host, 80);
        Assert.Equal("05010005" + expected.Insert(2, "00") + "0050", Convert.ToHexString(proxy.Sent), ignoreCase: true);
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1:80")]
    [InlineData("[2001:db8::1]", "[2001:db8::1]:80")]
    [InlineData("bücher.example", "xn--bcher-kva.example:80")]
    public async Task Http_Targets_AreAuthorities(string host, string expected)
    {
        var proxy = new ScriptedProxy("HTTP/1.1 200 OK\r\n\r\n"u8.ToArray());
        await using var connection = await new HttpProxyConnector(Where, new() { UserName = "jane", Password = "a:b" }, proxy).ConnectAsync(host, 80);
        Assert.Equal($"CONNECT {expected} HTTP/1.1\r\nHost: {expected}\r\nProxy-Authorization: Basic {Convert.ToBase64String("jane:a:b"u8)}\r\n\r\n", Encoding.ASCII.GetString(proxy.Sent));
    }

    [Fact]
    public async Task Guarded_Names_GoAsJudgedLiteralsOneAfterTheOther()
    {
        var proxy = new ScriptedProxy("HTTP/1.1 502 Bad Gateway\r\n\r\n"u8.ToArray());
        var resolver = new ScriptedResolver().Add("example.org", IPAddress.Parse("8.8.8.8"), IPAddress.Parse("8.8.4.4"), IPAddress.Parse("2001:4860:4860::8888"));
        var failure = await FailsAsync(new HttpProxyConnector(Where, new() { Policy = ConnectionPolicy.PublicInternet, Resolver = resolver, MaxAddresses = 2 }, proxy));
        Assert.Equal((ConnectionError.HostUnreachable, 2, 2), (failure.Error, failure.Attempts.Count, proxy.Connects));
        Assert.DoesNotContain("example.org", Encoding.ASCII.GetString(proxy.Sent), StringComparison.Ordinal);
        Assert.All(failure.Attempts, static attempt => Assert.IsType<IPEndPoint>(attempt.EndPoint));
    }

    [Theory]
    [InlineData("10.0.0.5")]
    [InlineData("localhost")]
    [InlineData("a.localhost.")]
    [InlineData("mixed.test")]
    [InlineData("[::ffff:127.0.0.1]")]
    [InlineData("[64:ff9b::7f00:1]")]
    [InlineData("[2002:7f00:1::]")]
    public async Task Guarded_DeniedTargets_AskNoProxy(string host)
    {
        var proxy = new ScriptedProxy();
        var steps = new Steps();
        var resolver = new ScriptedResolver().Add("mixed.test", IPAddress.Parse("8.8.8.8"), IPAddress.Parse("10.0.0.5"));
        var connector = new Socks5Connector(Where, new() { Policy = ConnectionPolicy.PublicInternet, Resolver = resolver, Progress = steps }, proxy);
        var failure = await Assert.ThrowsAsync<ConnectionException>(() => connector.ConnectAsync(host, 80));
        Assert.Equal((ConnectionError.Denied, 0), (failure.Error, proxy.Connects));
        Assert.DoesNotContain("10.0.0.5", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Guarded_LookUpsThatFail_AreErrorsOfTheLookUp()
    {
        var proxy = new ScriptedProxy();
        var options = new ProxyConnectorOptions { Policy = ConnectionPolicy.PublicInternet, Resolver = new ScriptedResolver().Add("empty.test") };
        Assert.Equal(ConnectionError.HostNotFound, (await Assert.ThrowsAsync<ConnectionException>(() => new Socks5Connector(Where, options, proxy).ConnectAsync("empty.test", 80))).Error);
        options.Resolver = new Broken();
        Assert.Equal(ConnectionError.LookupFailed, (await Assert.ThrowsAsync<ConnectionException>(() => new Socks5Connector(Where, options, proxy).ConnectAsync("empty.test", 80))).Error);
        Assert.Equal(0, proxy.Connects);
    }

    [Fact]
    public async Task Progress_EachStep_IsTold()
    {
        var steps = new Steps();
        var options = new ProxyConnectorOptions { Policy = ConnectionPolicy.PublicInternet, Resolver = new ScriptedResolver().Add("example.org", IPAddress.Parse("8.8.8.8")), Progress = steps };
        await using (await new Socks5Connector(Where, options, new ScriptedProxy(ProxyReplies.GoodSocks[0])).ConnectAsync("example.org", 443))
            Assert.Equal(["LookupStarted Unspecified", "LookupFinished Unspecified", "AttemptStarted 8.8.8.8:443", "Connected 8.8.8.8:443"], steps.Told);
    }

    [Fact]
    public async Task ConnectAsync_TimeLimitAndToken_AreTold()
    {
        var silent = new Silent();
        var failure = await FailsAsync(new Socks5Connector(Where, new() { ConnectTimeout = TimeSpan.FromMilliseconds(20) }, silent));
        Assert.Equal((ConnectionError.TimedOut, "Could not connect to example.org:443 through the proxy 192.0.2.99:1080: timed out after 0.02 s."), (failure.Error, failure.Message));

        using var source = new CancellationTokenSource();
        var connecting = new Socks5Connector(Where, null, silent).ConnectAsync("example.org", 443, source.Token);
        source.Cancel();
        Assert.Equal(source.Token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting)).CancellationToken);
    }

    [Fact]
    public async Task ConnectAsync_ProxyThatCannotBeReached_IsNamed()
    {
        var failure = await FailsAsync(new HttpProxyConnector(Where, null, new Unreachable()));
        Assert.Equal((ConnectionError.Refused, "Could not connect to example.org:443 through the proxy 192.0.2.99:1080: no server listens there."), (failure.Error, failure.Message));
        Assert.IsType<ConnectionException>(failure.InnerException);
    }

    [Fact]
    public void Constructors_BadArguments_NameThem()
    {
        Assert.Equal("options", Assert.Throws<ArgumentException>(static () => new Socks5Connector(Where, new() { UserName = "a" })).ParamName);
        Assert.Equal("options", Assert.Throws<ArgumentException>(static () => new Socks5Connector(Where, new() { Password = "a" })).ParamName);
        Assert.Equal("options", Assert.Throws<ArgumentException>(static () => new HttpProxyConnector(Where, new() { UserName = "a:b", Password = "c" })).ParamName);
        Assert.Equal("proxy", Assert.Throws<ArgumentNullException>(static () => new Socks5Connector((EndPoint)null!)).ParamName);
        Assert.Equal("proxy", Assert.Throws<ArgumentNullException>(static () => new Socks5Connector((string)null!)).ParamName);
        Assert.Equal("proxy", Assert.Throws<ArgumentNullException>(static () => new HttpProxyConnector((string)null!)).ParamName);
        Assert.Equal("endPoint", Assert.Throws<ArgumentNullException>(static () => { _ = new Socks5Connector(Where).ConnectAsync((string)null!); }).ParamName);
        Assert.Throws<FormatException>(static () => new HttpProxyConnector("no port"));
        Assert.Throws<ArgumentException>(static () => { _ = new Socks5Connector(Where).ConnectAsync(new UnixDomainSocketEndPoint("/a")); });
        Assert.Throws<ArgumentException>(static () => { _ = new Socks5Connector(Where).ConnectAsync("127.1", 80); });
        Assert.Throws<ArgumentOutOfRangeException>(static () => new ProxyConnectorOptions { UserName = "" });
        var secret = new string('s', 256);
        Assert.DoesNotContain(secret, Assert.Throws<ArgumentOutOfRangeException>(() => new ProxyConnectorOptions { Password = secret }).ToString(), StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(static () => new ProxyConnectorOptions { MaxAddresses = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(static () => new ProxyConnectorOptions { MaxResponseBytes = 255 });
        Assert.Throws<ArgumentOutOfRangeException>(static () => new ProxyConnectorOptions { ConnectTimeout = TimeSpan.Zero });
        Assert.Equal("proxy", Assert.Throws<ArgumentException>(static () => new GuardedHttpHandler(new Socks5Connector(Where))).ParamName);
        Assert.Equal("proxy", Assert.Throws<ArgumentException>(static () => new GuardedHttpHandler(new Socks5Connector(Where, new() { Policy = ConnectionPolicy.AllowAll }))).ParamName);
        using var guard = new GuardedHttpHandler(new HttpProxyConnector(Where, new() { Policy = ConnectionPolicy.PublicInternet }));
    }

    private static async Task ConnectsAsync(Func<Connector, Connector> make, byte[][] pieces)
    {
        await using var connection = await make(new ScriptedProxy(pieces)).ConnectAsync("example.org", 443);
        var result = await connection.Input.ReadAtLeastAsync(s_rest.Length);
        Assert.Equal(s_rest, System.Buffers.BuffersExtensions.ToArray(result.Buffer));
        connection.Input.AdvanceTo(result.Buffer.End);
    }

    private static Task<ConnectionException> FailsAsync(Connector connector) => Assert.ThrowsAsync<ConnectionException>(() => connector.ConnectAsync("example.org", 443));

    private sealed class Steps : IProgress<ConnectEvent>
    {
        private readonly List<string> _told = [];

        public IReadOnlyList<string> Told => _told;

        public void Report(ConnectEvent value) => _told.Add(value.ToString()[(value.ToString().IndexOf("ms ", StringComparison.Ordinal) + 3)..]);
    }

    private sealed class Broken : Resolver
    {
        public override ValueTask<ResolveResult> ResolveAsync(ResolveQuery query, CancellationToken cancellationToken = default) => throw new InvalidOperationException("broken");
    }

    private sealed class Silent : Connector
    {
        public override async Task<Connection> ConnectAsync(EndPoint endPoint, CancellationToken cancellationToken = default)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            throw new InvalidOperationException("not reached");
        }
    }

    private sealed class Unreachable : Connector
    {
        public override Task<Connection> ConnectAsync(EndPoint endPoint, CancellationToken cancellationToken = default) => throw new ConnectionException(ConnectionError.Refused, "No server listens there.", endPoint);
    }
}
