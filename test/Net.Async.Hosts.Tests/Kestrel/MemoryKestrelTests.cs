using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Net.Async.Testing;

namespace Net.Async.Tests.Kestrel;

/// <summary>A Kestrel app and an HttpClient on one network in memory: whole requests, and faults between them, without a socket.</summary>
public class MemoryKestrelTests : LeakCheck
{
    private const int BodySize = 1 << 20;

    private static readonly IPEndPoint s_address = IPEndPoint.Parse("192.0.2.1:80");

    [Fact]
    public async Task Requests_InMemory_AreServedAndReuseOneConnection()
    {
        var network = new MemoryNetwork();
        await using var web = await StartAsync(network.Bind);
        using var client = ClientOf(network);

        for (var i = 0; i < 20; i++)
            Assert.Equal("hello", await client.GetStringAsync("/").Soon());
        var body = RandomNumberGenerator.GetBytes(BodySize);
        using var answer = await client.PostAsync("/sum", new ByteArrayContent(body)).Soon();

        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(body)), await answer.Content.ReadAsStringAsync().Soon());
        Assert.Single(web.Log.All, static line => line.Text.EndsWith("accepted.", StringComparison.Ordinal));
        Assert.Equal("Net.Async serves 192.0.2.1:80: it is a listener of the application's own.", Assert.Single(web.Log.Ours, static line => line.Id == 1).Text);
    }

    [Fact]
    public async Task Requests_InMemory_OpenNoSocket()
    {
        var before = Descriptors();
        var network = new MemoryNetwork();
        await using var web = await StartAsync(network.Bind);
        using var client = ClientOf(network);
        Assert.Equal("hello", await client.GetStringAsync("/").Soon());

        Assert.Equal(before, Descriptors());
    }

    [Fact]
    public async Task Request_InMemory_ComesFromAnAddressToAnAddress()
    {
        var network = new MemoryNetwork(resolver: new ScriptedResolver().Add("app.test", s_address.Address));
        await using var web = await StartAsync(network.Bind, map: static app => app.MapGet("/ends", static (HttpContext context) => $"{context.Connection.RemoteIpAddress} to {context.Connection.LocalIpAddress}:{context.Connection.LocalPort}"));
        using var client = ClientOf(network);

        Assert.Equal("192.0.2.1 to 192.0.2.1:80", await client.GetStringAsync("/ends").Soon());
        Assert.Equal("192.0.2.1 to 192.0.2.1:80", await client.GetStringAsync("http://app.test/ends").Soon());
    }

    [Fact]
    public async Task Request_ToAnAddressWithoutAnApp_IsRefused()
    {
        var network = new MemoryNetwork();
        await using var web = await StartAsync(network.Bind);
        using var client = ClientOf(network);

        var exception = await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync("http://192.0.2.2/").Soon());

        Assert.Equal(ConnectionError.Refused, exception.GetConnectionException()?.Error);
    }

    [Fact]
    public async Task Requests_OverHttps_AreServed()
    {
        var network = new MemoryNetwork();
        await using var web = await StartAsync(network.Bind, static listen => listen.UseHttps(Certificates.One));
        using var client = ClientOf(network, "https://192.0.2.1:80/", HttpVersion.Version11);

        Assert.Equal("hello", await client.GetStringAsync("/").Soon());
        Assert.Equal(BodySize, (await client.GetByteArrayAsync("/bytes").Soon()).Length);
    }

    [Theory]
    [InlineData("http")]
    [InlineData("https")]
    public async Task Requests_OverHttp2_ShareOneConnection(string scheme)
    {
        var network = new MemoryNetwork();
        await using var web = await StartAsync(network.Bind, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            if (scheme == "https")
                listen.UseHttps(Certificates.One);
        });
        using var client = ClientOf(network, $"{scheme}://192.0.2.1:80/", HttpVersion.Version20);
        Assert.Equal("hello", await client.GetStringAsync("/").Soon());

        var bodies = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => client.GetByteArrayAsync("/bytes"))).Soon();

        Assert.All(bodies, static body => Assert.Equal(BodySize, body.Length));
        Assert.Single(web.Log.All, static line => line.Text.EndsWith("accepted.", StringComparison.Ordinal));
        // Before the client leaves: Kestrel's pipe over TLS keeps a block when its last frame finds no peer any more.
        await web.StopAsync();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Requests_BehindSlicesAndDelays_AreWhole(int version)
    {
        var network = new MemoryNetwork();
        using var faults = new FaultInjector(seed: 3);
        faults.Sending.Rules = faults.Receiving.Rules = FaultRules.None with { SliceBytes = 7, SlicedBytes = 16_384, Delay = TimeSpan.FromMilliseconds(2), Jitter = TimeSpan.FromMilliseconds(3) };
        await using var web = await StartAsync(endPoint => faults.Over(network.Bind(endPoint)), listen => listen.Protocols = version == 2 ? HttpProtocols.Http2 : HttpProtocols.Http1);
        using var client = ClientOf(network, "http://192.0.2.1:80/", new Version(version, version == 2 ? 0 : 1));

        for (var i = 0; i < 3; i++)
        {
            var body = RandomNumberGenerator.GetBytes(50_000);
            using var answer = await client.PostAsync("/sum", new ByteArrayContent(body)).Soon();
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(body)), await answer.Content.ReadAsStringAsync().Soon());
        }
    }

    [Theory]
    [InlineData("/bytes", FaultEnd.Reset)]
    [InlineData("/bytes", FaultEnd.End)]
    [InlineData("/chunks", FaultEnd.Reset)]
    [InlineData("/chunks", FaultEnd.End)]
    public async Task Response_ThatEndsInTheMiddle_IsAnErrorAndNoShortBody(string path, FaultEnd end)
    {
        var network = new MemoryNetwork();
        using var faults = new FaultInjector();
        faults.Sending.Rules = FaultRules.None with { LimitBytes = BodySize / 2, AtLimit = end };
        await using var web = await StartAsync(endPoint => faults.Over(network.Bind(endPoint)));
        using var client = ClientOf(network);

        var exception = await Assert.ThrowsAsync<HttpRequestException>(() => client.GetByteArrayAsync(path).Soon());

        Assert.Equal(end == FaultEnd.Reset ? ConnectionError.Reset : null, exception.GetConnectionException()?.Error);
    }

    [Fact]
    public async Task Response_ThatIsCutInTheMiddle_IsNoCleanEnd()
    {
        var network = new MemoryNetwork();
        using var faults = new FaultInjector();
        faults.Sending.Rules = FaultRules.None with { LimitBytes = BodySize / 2, AtLimit = FaultEnd.Cut };
        await using var web = await StartAsync(endPoint => faults.Over(network.Bind(endPoint)));
        using var client = ClientOf(network);
        using var answer = await client.GetAsync("/bytes", HttpCompletionOption.ResponseHeadersRead).Soon();
        await using var body = await answer.Content.ReadAsStreamAsync();
        var (received, buffer) = (0, new byte[65536]);
        // What came before the cut: the rest never comes, and neither does an end.
        Task<int> reading;
        while (true)
        {
            reading = body.ReadAsync(buffer).AsTask();
            if (received > BodySize / 2 - 1000 && !reading.IsCompleted)
                break;
            received += await reading.Soon();
        }

        Assert.InRange(received, BodySize / 2 - 1000, BodySize / 2);
        faults.Dispose();
        await Assert.ThrowsAnyAsync<IOException>(() => reading.Soon());
    }

    [Fact]
    public async Task Client_ThatLeaves_AbortsItsRequest()
    {
        var network = new MemoryNetwork();
        var (begun, aborted) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var web = await StartAsync(network.Bind, map: app => app.MapGet("/wait", async (HttpContext context) =>
        {
            begun.SetResult();
            using var registration = context.RequestAborted.Register(aborted.SetResult);
            await aborted.Task;
        }));
        using var client = ClientOf(network);
        using var leave = new CancellationTokenSource();
        var request = client.GetStringAsync("/wait", leave.Token);
        await begun.Task.Soon();

        await leave.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request.Soon());
        await aborted.Task.Soon();
    }

    private static Task<TestWeb> StartAsync(Func<EndPoint, TransportListener?> bind, Action<ListenOptions>? listen = null, Action<WebApplication>? map = null) => TestWeb.StartAsync(
        builder =>
        {
            builder.WebHost.UseNetAsync(options => options.Bind = bind);
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(s_address, listen ?? (static _ => { })));
        },
        app =>
        {
            app.MapGet("/bytes", static () => Results.Bytes(new byte[BodySize]));
            app.MapGet("/chunks", static async (HttpContext context) =>
            {
                for (var i = 0; i < BodySize; i += 65536)
                    await context.Response.Body.WriteAsync(new byte[65536]);
            });
            app.MapPost("/sum", static async (HttpRequest request) => Convert.ToHexStringLower(await SHA256.HashDataAsync(request.Body)));
            map?.Invoke(app);
        });

    private static HttpClient ClientOf(MemoryNetwork network, string address = "http://192.0.2.1:80/", Version? version = null) =>
        new(new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = static (_, certificate, _, _) => Certificates.IsOne(certificate) } }.UseConnector(network.Connector))
        {
            BaseAddress = new Uri(address),
            DefaultRequestVersion = version ?? HttpVersion.Version11,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
}
