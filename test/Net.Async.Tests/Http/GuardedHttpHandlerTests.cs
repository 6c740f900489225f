using System.Net;
using System.Text;
using Net.Async.Testing;

namespace Net.Async.Tests.Http;

/// <summary>A server that must not be reached, and every way to reach it all the same.</summary>
public class GuardedHttpHandlerTests : LeakCheck
{
    private static readonly HappyEyeballsOptions s_guarded = new() { Policy = ConnectionPolicy.PublicInternet };
    private static readonly IPAddress s_allowed = IPAddress.Parse("127.0.0.2");

    [Theory]
    [InlineData("http://127.0.0.1:{0}/")]
    [InlineData("http://[::ffff:127.0.0.1]:{0}/")]
    [InlineData("http://2130706433:{0}/")]
    [InlineData("http://0x7f.1:{0}/")]
    [InlineData("http://127.1:{0}/")]
    [InlineData("http://0177.0.0.1:{0}/")]
    [InlineData("http://127.0.0.1.:{0}/")]
    [InlineData("http://localhost:{0}/")]
    [InlineData("http://name.test:{0}/")]
    [InlineData("http://mixed.test:{0}/")]
    [InlineData("https://name.test:{0}/")]
    public async Task SendAsync_EverySpelling_ReachesNobody(string uri)
    {
        await using var server = Server.Listen(new IPEndPoint(IPAddress.Loopback, 0));
        foreach (var policy in new[] { new OnlyAllowed(), ConnectionPolicy.PublicInternet })
        {
            using var client = new HttpClient(Guard(policy));
            var exception = await Assert.ThrowsAnyAsync<Exception>(() => client.GetStringAsync(new Uri(string.Format(null, uri, server.Port()))).Soon());
            // A spelling that is no host is refused before the policy is asked.
            Assert.True(exception is HttpRequestException { InnerException: ConnectionException { Error: ConnectionError.Denied } or ArgumentException }, exception.ToString());
        }

        await server.NobodyCameAsync();
    }

    [Fact]
    public async Task SendAsync_Redirect_IsJudgedToo()
    {
        await using var server = Server.Listen(new IPEndPoint(IPAddress.Loopback, 0));
        await using var redirecting = Server.Listen(new IPEndPoint(s_allowed, 0));
        var serving = redirecting.ServeAsync((connection, token) => RedirectAsync(connection, $"http://127.0.0.1:{server.Port()}/", token));
        using (var client = new HttpClient(Guard()))
        {
            var exception = await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync(new Uri($"http://127.0.0.2:{redirecting.Port()}/")).Soon());
            Assert.Equal(ConnectionError.Denied, Assert.IsType<ConnectionException>(exception.InnerException).Error);
        }

        await server.NobodyCameAsync();
        await redirecting.StopAsync().Soon();
        await serving.Soon();
    }

    [Fact]
    public async Task SendAsync_ProxyOfTheEnvironment_IsNotUsed()
    {
        await using var proxy = Server.Listen(new IPEndPoint(s_allowed, 0));
        await using var server = Server.Listen(new IPEndPoint(IPAddress.Loopback, 0));
        var usual = HttpClient.DefaultProxy;
        HttpClient.DefaultProxy = new WebProxy($"http://127.0.0.2:{proxy.Port()}");
        try
        {
            using var client = new HttpClient(Guard());
            await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync(new Uri($"http://127.0.0.1:{server.Port()}/")).Soon());
        }
        finally
        {
            HttpClient.DefaultProxy = usual;
        }

        await server.NobodyCameAsync();
        await proxy.NobodyCameAsync();
    }

    [Theory]
    [InlineData(HttpVersionPolicy.RequestVersionExact)]
    [InlineData(HttpVersionPolicy.RequestVersionOrHigher)]
    [InlineData(HttpVersionPolicy.RequestVersionOrLower)]
    public async Task SendAsync_Http3_IsRefusedBeforeAnythingIsSent(HttpVersionPolicy policy)
    {
        using var client = new HttpClient(Guard());
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://name.test/") { Version = HttpVersion.Version30, VersionPolicy = policy };
        var exception = await Assert.ThrowsAsync<NotSupportedException>(() => client.SendAsync(request).Soon());
        Assert.Contains("round the guard", exception.Message, StringComparison.Ordinal);
        using var again = new HttpRequestMessage(HttpMethod.Get, "https://name.test/") { Version = HttpVersion.Version30, VersionPolicy = policy };
        Assert.Throws<NotSupportedException>(() => client.Send(again));
    }

    [Theory]
    [InlineData("1.1", HttpVersionPolicy.RequestVersionOrLower)]
    [InlineData("2.0", HttpVersionPolicy.RequestVersionExact)]
    public async Task SendAsync_OrHigher_StopsAtHttp2(string version, HttpVersionPolicy expected)
    {
        using var client = new HttpClient(Guard());
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://name.test/") { Version = Version.Parse(version), VersionPolicy = HttpVersionPolicy.RequestVersionOrHigher };
        await Assert.ThrowsAsync<HttpRequestException>(() => client.SendAsync(request).Soon());
        Assert.Equal((HttpVersion.Version20, expected), (request.Version, request.VersionPolicy));
    }

    [Fact]
    public async Task SendAsync_AllowedServer_Answers()
    {
        await using var server = Server.Listen(new IPEndPoint(s_allowed, 0));
        var serving = server.ServeAsync((connection, token) => AnswerAsync(connection, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", token));
        using (var client = new HttpClient(Guard()))
            Assert.Equal("hello", await client.GetStringAsync(new Uri($"http://127.0.0.2:{server.Port()}/")).Soon());
        await server.StopAsync().Soon();
        await serving.Soon();
    }

    [Fact]
    public async Task Handler_WithAWayRound_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => new GuardedHttpHandler(s_guarded, new SocketsHttpHandler { Proxy = new WebProxy("http://127.0.0.1:1") }));
        Assert.Throws<ArgumentException>(() => new GuardedHttpHandler(s_guarded, new SocketsHttpHandler().UseConnector(new HappyEyeballsConnector())));
        Assert.Throws<ArgumentNullException>(() => new GuardedHttpHandler((HappyEyeballsOptions)null!));
        Assert.Throws<ArgumentNullException>(() => new GuardedHttpHandler((ConnectionPolicy)null!));
        var inner = new SocketsHttpHandler();
        using var client = new HttpClient(new GuardedHttpHandler(s_guarded, inner));
        Assert.Equal(TimeSpan.FromMinutes(2), inner.PooledConnectionLifetime);
        inner.UseProxy = true;
        await Assert.ThrowsAsync<InvalidOperationException>(() => client.GetStringAsync(new Uri("http://127.0.0.1:1/")));
    }

    [Fact]
    public void Handler_WithoutAPolicy_IsRefusedByTheNameOfTheParameter()
    {
        Assert.Equal("options", Assert.Throws<ArgumentException>(() => new GuardedHttpHandler(new HappyEyeballsOptions())).ParamName);
        Assert.Equal("options", Assert.Throws<ArgumentException>(() => new GuardedHttpHandler(new HappyEyeballsOptions(), new SocketsHttpHandler())).ParamName);
        Assert.Equal("policy", Assert.Throws<ArgumentException>(() => new GuardedHttpHandler(ConnectionPolicy.AllowAll)).ParamName);
        Assert.Equal("policy", Assert.Throws<ArgumentException>(() => new GuardedHttpHandler(ConnectionPolicy.AllowAll.ReportOnly().ReportOnly())).ParamName);
        Assert.Equal("policy", Assert.Throws<ArgumentNullException>(() => new GuardedHttpHandler((ConnectionPolicy)null!)).ParamName);
        // The settings of a handler that is refused stay as they were.
        var handler = new SocketsHttpHandler();
        Assert.Throws<ArgumentException>(() => new GuardedHttpHandler(new HappyEyeballsOptions(), handler));
        Assert.True(handler.UseProxy);
        Assert.Null(handler.ConnectCallback);
        // A trial of rules guards nothing either, and is asked for by name.
        using var trial = new GuardedHttpHandler(ConnectionPolicy.PublicInternet.ReportOnly());
    }

    private static GuardedHttpHandler Guard(ConnectionPolicy? policy = null) => new(new HappyEyeballsOptions
    {
        Policy = policy ?? new OnlyAllowed(),
        // Whatever goes wrong here, nothing leaves this machine.
        Addresses = { ConfigureSocket = static (_, endPoint) => Assert.True(endPoint is IPEndPoint ip && IPAddress.IsLoopback(ip.Address)) },
        Resolver = new ScriptedResolver().Add("name.test", IPAddress.Loopback).Add("mixed.test", policy is null or OnlyAllowed ? s_allowed : IPAddress.Parse("8.8.8.8"), IPAddress.Loopback),
    });

    private static Task RedirectAsync(Connection connection, string to, CancellationToken cancellationToken) =>
        AnswerAsync(connection, $"HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", cancellationToken);

    private static async Task AnswerAsync(Connection connection, string answer, CancellationToken cancellationToken)
    {
        var request = await connection.Input.ReadAsync(cancellationToken);
        connection.Input.AdvanceTo(request.Buffer.End);
        await connection.Output.WriteAsync(Encoding.ASCII.GetBytes(answer), cancellationToken);
    }

    private sealed class OnlyAllowed : ConnectionPolicy
    {
        public override DeniedAnswerMode DeniedAnswers => DeniedAnswerMode.Fail;

        public override PolicyDecision Evaluate(in ConnectionCandidate candidate) =>
            candidate.EndPoint is IPEndPoint ip && ip.Address.Equals(s_allowed) ? PolicyDecision.Allow() : PolicyDecision.Deny();
    }
}
