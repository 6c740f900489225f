using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Net.Async.Namespaces;
using Net.Async.Testing;
using Net.Async.Tests.Contract;

namespace Net.Async.Tests.Proxies;

/// <summary>A guarded HttpClient through tinyproxy, whose own upstream is a proxy of the test: whatever it is asked for goes nowhere but there, on the loopback.</summary>
public class GuardedProxyTests
{
    [Needs("tinyproxy")]
    public async Task GetAsync_PublicName_ReachesTheProxyAsALiteral()
    {
        await using var upstream = new Upstream();
        await using var proxy = await ForwardProxy.StartTinyproxyAsync($"Upstream http {upstream.EndPoint}");
        using var client = new HttpClient(Guard(proxy));
        Assert.Equal("hello", await client.GetStringAsync(new Uri("http://public.test/path")).Soon());
        Assert.Equal("hello", await client.GetStringAsync(new Uri("http://v6.test:8080/path")).Soon());
        // tinyproxy passes an IPv6 address on without its brackets.
        Assert.Equal(["8.8.8.8:80", "2001:4860:4860::8888:8080"], upstream.Asked);
        // The host that is asked for inside stays the name.
        Assert.Equal(["public.test", "v6.test:8080"], upstream.Hosts);
    }

    [Needs("tinyproxy")]
    public async Task GetAsync_EveryPrivateSpelling_IsRefusedBeforeTheProxyIsAsked()
    {
        await using var upstream = new Upstream();
        await using var proxy = await ForwardProxy.StartTinyproxyAsync($"Upstream http {upstream.EndPoint}");
        var connects = 0;
        using var client = new HttpClient(Guard(proxy, () => Interlocked.Increment(ref connects)));
        string[] spelled = [.. GuardCases.Spelled().Distinct(), "name.test", "mixed.test", "mapped.test", "six.test"];
        Assert.InRange(spelled.Length, 250, 10_000);
        foreach (var host in spelled)
        {
            if (!Uri.TryCreate($"http://{host}/", UriKind.Absolute, out var uri))
                continue;
            // As octal, 010.0.0.5 is a public address, and the URI says so.
            if (IPAddress.TryParse(uri.Host.Trim('[', ']'), out var read) && IsPublic(read))
                continue;
            var exception = await Record.ExceptionAsync(() => client.GetStringAsync(uri).Soon());
            Assert.True(exception is HttpRequestException or ArgumentException or NotSupportedException or InvalidOperationException, $"{host}: {exception?.ToString() ?? "was fetched"}");
        }

        Assert.Equal((0, 0), (connects, upstream.Asked.Length));
        // The guard was not only shut.
        Assert.Equal("hello", await client.GetStringAsync(new Uri("http://public.test/")).Soon());
        Assert.Equal(1, connects);
    }

    [Needs("tinyproxy")]
    public async Task GetAsync_WithoutAGuard_TheSameWayArrives()
    {
        await using var upstream = new Upstream();
        await using var proxy = await ForwardProxy.StartTinyproxyAsync($"Upstream http {upstream.EndPoint}");
        using var handler = new SocketsHttpHandler { UseProxy = false }.UseConnector(new HttpProxyConnector(proxy.EndPoint));
        using var client = new HttpClient(handler);
        Assert.Equal("hello", await client.GetStringAsync(new Uri("http://10.0.0.5/")).Soon());
        Assert.Equal("hello", await client.GetStringAsync(new Uri("http://unresolved.test/")).Soon());
        Assert.Equal(["10.0.0.5:80", "unresolved.test:80"], upstream.Asked);
    }

    [Needs("tinyproxy")]
    public async Task GetAsync_Redirect_IsJudgedToo()
    {
        await using var upstream = new Upstream("HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/latest\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        await using var proxy = await ForwardProxy.StartTinyproxyAsync($"Upstream http {upstream.EndPoint}");
        using var client = new HttpClient(Guard(proxy));
        var exception = await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync(new Uri("http://public.test/")).Soon());
        Assert.Equal(ConnectionError.Denied, exception.GetConnectionException()!.Error);
        Assert.Equal(["8.8.8.8:80"], upstream.Asked);
    }

    private static bool IsPublic(IPAddress address) => ConnectionPolicy.PublicInternet.Evaluate(new ConnectionCandidate(new IPEndPoint(address, 80), ConnectionDirection.Outbound)).IsAllowed;

    private static GuardedHttpHandler Guard(ForwardProxy proxy, Action? onConnect = null) => new(new HttpProxyConnector(proxy.EndPoint, new ProxyConnectorOptions
    {
        Policy = ConnectionPolicy.PublicInternet,
        Resolver = new ScriptedResolver().Add("public.test", IPAddress.Parse("8.8.8.8")).Add("v6.test", IPAddress.Parse("2001:4860:4860::8888"))
            .Add("name.test", IPAddress.Loopback).Add("mixed.test", IPAddress.Parse("8.8.8.8"), IPAddress.Parse("10.0.0.5"))
            .Add("mapped.test", IPAddress.Parse("::ffff:169.254.169.254")).Add("six.test", IPAddress.Parse("64:ff9b::a00:5")),
    }, new HappyEyeballsConnector(new HappyEyeballsOptions
    {
        // Whatever goes wrong here, nothing leaves this machine.
        Addresses =
        {
            ConfigureSocket = (_, endPoint) =>
            {
                Assert.True(endPoint is IPEndPoint ip && IPAddress.IsLoopback(ip.Address));
                onConnect?.Invoke();
            },
        },
    })));

    /// <summary>A proxy that connects nowhere: it notes what it is asked for, and answers the request inside itself.</summary>
    private sealed class Upstream : IAsyncDisposable
    {
        private readonly ConcurrentQueue<string> _asked = new(), _hosts = new();
        private readonly Server _server;
        private readonly Task _serving;
        private readonly string _answer;

        public Upstream(string answer = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello")
        {
            _answer = answer;
            _server = Server.Listen(new IPEndPoint(IPAddress.Loopback, 0));
            _serving = _server.ServeAsync(AnswerAsync);
        }

        public EndPoint EndPoint => _server.LocalEndPoint;

        public string[] Asked => [.. _asked];

        public string[] Hosts => [.. _hosts];

        public async ValueTask DisposeAsync()
        {
            await _server.StopAsync(TimeSpan.Zero);
            await _serving;
            await _server.DisposeAsync();
        }

        private async Task AnswerAsync(Connection connection, CancellationToken cancellationToken)
        {
            var head = await HeadAsync(connection, cancellationToken);
            _asked.Enqueue(head[0].Split(' ')[1]);
            await connection.Output.WriteAsync("HTTP/1.1 200 Connection established\r\n\r\n"u8.ToArray(), cancellationToken);
            var inside = await HeadAsync(connection, cancellationToken);
            _hosts.Enqueue(inside.Single(static line => line.StartsWith("Host: ", StringComparison.Ordinal))[6..]);
            await connection.Output.WriteAsync(Encoding.ASCII.GetBytes(_answer), cancellationToken);
        }

        private static async Task<List<string>> HeadAsync(Connection connection, CancellationToken cancellationToken)
        {
            var lines = new List<string>();
            while (await connection.ReadLineAsync(cancellationToken) is { Length: > 0 } line)
                lines.Add(line);
            return lines;
        }
    }
}
