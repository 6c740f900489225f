using System.Net;
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
        Assert.Equal(ConnectionError.HostNotFound, Assert.IsType<ConnectException>(exception.InnerException).Error);
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
