using System.Net;
using System.Net.Sockets;
using System.Text;
using Net.Async.Testing;

namespace Net.Async.Tests.Http;

public class HttpConnectingTests : LeakCheck
{
    private const string Body = "hello";

    [Fact]
    public async Task UseConnector_RequestToAName_GoesWhereTheResolverSays()
    {
        await using var server = Server.Listen(0);
        var serving = server.ServeAsync(AnswerAsync);
        var resolver = new ScriptedResolver().Add("host.test", IPAddress.Parse("127.0.0.2"), IPAddress.Loopback);
        using (var handler = new SocketsHttpHandler().UseConnector(new HappyEyeballsConnector(new() { Resolver = resolver })))
        using (var client = new HttpClient(handler))
        {
            var uri = new Uri($"http://host.test:{((IPEndPoint)server.LocalEndPoint).Port}/");
            for (var i = 0; i < 3; i++)
                Assert.Equal(Body, await client.GetStringAsync(uri).Soon());
            // One connection for all three.
            Assert.Equal(2, resolver.Queries.Count);
        }

        await server.StopAsync().Soon();
        await serving.Soon();
    }

    [Fact]
    public async Task UseConnector_OverTheNetworkInMemory_NeedsNoSocket()
    {
        var network = new MemoryNetwork();
        await using var server = network.Listen(new DnsEndPoint("host.test", 80));
        var serving = server.ServeAsync(AnswerAsync);
        using (var client = new HttpClient(new SocketsHttpHandler().UseConnector(network.Connector)))
            Assert.Equal(Body, await client.GetStringAsync(new Uri("http://host.test/")).Soon());
        await server.StopAsync().Soon();
        await serving.Soon();
    }

    [Fact]
    public async Task UseConnector_NobodyAnswers_TheErrorIsInside()
    {
        using var client = new HttpClient(new SocketsHttpHandler().UseConnector(new HappyEyeballsConnector(new() { Resolver = new ScriptedResolver() })));
        var exception = await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync(new Uri("http://host.test/")).Soon());
        Assert.Equal(HttpRequestError.NameResolutionError, exception.HttpRequestError);
        Assert.Equal(ConnectionError.HostNotFound, Assert.IsType<ConnectionException>(exception.GetConnectionException()).Error);
        Assert.Equal(SocketError.HostNotFound, Assert.IsAssignableFrom<SocketException>(exception.InnerException).SocketErrorCode);
        Assert.Contains("---> Net.Async.ConnectionException: Could not connect to host.test:80: the name has no address.", exception.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ConnectionError.Unknown, ConnectionError.LookupFailed)]
    [InlineData(ConnectionError.TimedOut, ConnectionError.TimedOut)]
    public async Task UseConnector_LookupFails_IsANameResolutionError(ConnectionError scripted, ConnectionError expected)
    {
        var resolver = new ScriptedResolver().Fail("host.test", AddressFamily.InterNetwork, TimeSpan.Zero, scripted);
        var exception = await FailsAsync(new HappyEyeballsConnector(new() { Resolver = resolver }), "http://host.test/");
        Assert.Equal((HttpRequestError.NameResolutionError, expected), (exception.HttpRequestError, exception.GetConnectionException()?.Error));
    }

    [Fact]
    public async Task UseConnector_RefusedDeniedOrOutOfTime_IsAConnectionErrorWithOursInside()
    {
        using var bound = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        bound.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var port = ((IPEndPoint)bound.LocalEndPoint!).Port;
        var resolver = new ScriptedResolver().Add("host.test", IPAddress.Loopback)
            .Add("slow.test", AddressFamily.InterNetwork, Timeout.InfiniteTimeSpan).Add("slow.test", AddressFamily.InterNetworkV6, Timeout.InfiniteTimeSpan);
        (string Url, HappyEyeballsOptions Options, ConnectionError Expected)[] rows =
        [
            ($"http://host.test:{port}/", new(), ConnectionError.Refused),
            ($"http://127.0.0.1:{port}/", new(), ConnectionError.Refused),
            ($"http://host.test:{port}/", new() { Policy = ConnectionPolicy.PublicInternet }, ConnectionError.Denied),
            ($"http://127.0.0.1:{port}/", new() { Policy = ConnectionPolicy.PublicInternet }, ConnectionError.Denied),
            ("http://slow.test/", new() { ConnectTimeout = TimeSpan.FromMilliseconds(20) }, ConnectionError.TimedOut),
        ];
        foreach (var (url, options, expected) in rows)
        {
            var exception = await FailsAsync(new HappyEyeballsConnector(options with { Resolver = resolver }), url);
            Assert.Equal((HttpRequestError.ConnectionError, expected), (exception.HttpRequestError, exception.GetConnectionException()?.Error));
            Assert.Same(exception.InnerException, exception.GetConnectionException());
        }
    }

    [Fact]
    public async Task UseConnector_TheHandlersOwnLimit_IsACancellationWithATimeOutInside()
    {
        var resolver = new ScriptedResolver().Add("slow.test", AddressFamily.InterNetwork, Timeout.InfiniteTimeSpan).Add("slow.test", AddressFamily.InterNetworkV6, Timeout.InfiniteTimeSpan);
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false, ConnectTimeout = TimeSpan.FromMilliseconds(20) }.UseConnector(new HappyEyeballsConnector(new() { Resolver = resolver })));
        var exception = await Assert.ThrowsAsync<TaskCanceledException>(() => client.GetStringAsync(new Uri("http://slow.test/")).Soon());
        Assert.IsType<TimeoutException>(exception.InnerException);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task UseConnector_TlsFails_IsASecureConnectionError(bool answers)
    {
        await using var server = Server.Listen(0);
        var serving = server.ServeAsync(async (connection, token) =>
        {
            var hello = await connection.Input.ReadAsync(token);
            connection.Input.AdvanceTo(hello.Buffer.End);
            if (answers)
                await connection.Output.WriteAsync("this is no TLS\r\n"u8.ToArray(), token);
            else
                connection.Abort();
        });
        var exception = await FailsAsync(new HappyEyeballsConnector(), $"https://127.0.0.1:{((IPEndPoint)server.LocalEndPoint).Port}/");
        Assert.Equal(HttpRequestError.SecureConnectionError, exception.HttpRequestError);
        Assert.Equal(answers ? null : ConnectionError.Reset, exception.GetConnectionException()?.Error);
        await server.StopAsync().Soon();
        await serving.Soon();
    }

    private static async Task<HttpRequestException> FailsAsync(Connector connector, string url)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }.UseConnector(connector));
        return await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync(new Uri(url)).Soon());
    }

    [Fact]
    public void UseConnector_Null_Throws() =>
        Assert.Throws<ArgumentNullException>(() => new SocketsHttpHandler().UseConnector(null!));

    // As much HTTP as a GET needs.
    private static async Task AnswerAsync(Connection connection, CancellationToken cancellationToken)
    {
        while (true)
        {
            var request = await connection.Input.ReadAsync(cancellationToken);
            if (request.Buffer.IsEmpty && request.IsCompleted)
                return;
            var isWhole = Encoding.ASCII.GetString(request.Buffer).EndsWith("\r\n\r\n", StringComparison.Ordinal);
            connection.Input.AdvanceTo(isWhole ? request.Buffer.End : request.Buffer.Start, request.Buffer.End);
            if (isWhole)
                await connection.Output.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {Body.Length}\r\n\r\n{Body}"), cancellationToken);
        }
    }
}
