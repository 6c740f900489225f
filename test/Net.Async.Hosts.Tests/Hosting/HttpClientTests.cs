using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace Net.Async.Tests.Hosting;

/// <summary>Clients of HttpClientFactory connect through a connector or a guard, in whatever order they are set up.</summary>
public sealed class HttpClientTests : LeakCheck
{
    [Fact]
    public async Task UseConnector_Client_ConnectsThroughIt()
    {
        await using var server = Server.Listen("127.0.0.1:0");
        _ = server.ServeAsync(AnswerAsync);
        var connector = new Redirecting(server.LocalEndPoint);
        await using var services = Services(builder => builder.UseConnector(connector));

        Assert.Equal("hello", await GetAsync(services, "http://nowhere.test/"));
        Assert.Equal("nowhere.test:80", connector.Asked);
    }

    [Fact]
    public async Task UseConnectionGuard_Loopback_IsDenied()
    {
        await using var server = Server.Listen("127.0.0.1:0");
        await using var services = Services(static builder => builder.UseConnectionGuard(ConnectionPolicy.PublicInternet));

        var error = await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync(services, $"http://{server.LocalEndPoint}/"));

        Assert.Equal(ConnectionError.Denied, error.GetConnectionException()?.Error);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task UseConnectionGuard_SettingsOfASocketsHandler_AreKeptInWhateverOrder(bool guardFirst)
    {
        var list = new BlockList();
        list.AddAddress("192.0.2.1");
        await using var server = Server.Listen("127.0.0.1:0");
        _ = server.ServeAsync(AnswerAsync);
        SocketsHttpHandler? configured = null;
        await using var services = Services(builder =>
        {
            if (guardFirst)
                builder.UseConnectionGuard(list);
            builder.UseSocketsHttpHandler((handler, _) => configured = handler);
            if (!guardFirst)
                builder.UseConnectionGuard(list);
        });

        Assert.Equal("hello", await GetAsync(services, $"http://{server.LocalEndPoint}/"));
        Assert.NotNull(configured!.ConnectCallback);
        Assert.Equal(ConnectionError.Denied, (await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync(services, "http://192.0.2.1/"))).GetConnectionException()?.Error);
    }

    public static TheoryData<string, Action<IHttpClientBuilder>> OtherPrimaries => new()
    {
        { nameof(HttpClientHandler), static builder => builder.ConfigurePrimaryHttpMessageHandler(static () => new HttpClientHandler()) },
        { nameof(Answering), static builder => builder.ConfigurePrimaryHttpMessageHandler(static () => new Answering()) },
#pragma warning disable CS0618 // It is old, and still in use.
        { nameof(Answering), static builder => builder.ConfigureHttpMessageHandlerBuilder(static chain => chain.PrimaryHandler = new Answering()) },
#pragma warning restore CS0618
    };

    [Theory, MemberData(nameof(OtherPrimaries))]
    public async Task UseConnectionGuard_OtherPrimaryHandler_FailsInWhateverOrder(string type, Action<IHttpClientBuilder> other)
    {
        foreach (var guardFirst in new[] { true, false })
        {
            await using var services = Services(builder =>
            {
                if (guardFirst)
                    builder.UseConnectionGuard(ConnectionPolicy.PublicInternet);
                other(builder);
                if (!guardFirst)
                    builder.UseConnectionGuard(ConnectionPolicy.PublicInternet);
            });

            var error = Assert.Throws<InvalidOperationException>(() => services.GetRequiredService<IHttpClientFactory>().CreateClient("api"));

            Assert.Equal($"The HttpClient 'api' has UseConnectionGuard, and its primary handler is a {type}, which connects by itself: leave ConfigurePrimaryHttpMessageHandler out, or set the handler up with UseSocketsHttpHandler.", error.Message);
        }
    }

    [Fact]
    public async Task UseConnectionGuard_FilterThatComesFirst_CannotReplaceIt()
    {
        await using var services = Services(static builder =>
        {
            builder.Services.AddSingleton<Microsoft.Extensions.Http.IHttpMessageHandlerBuilderFilter, Replacing>();
            builder.UseConnectionGuard(ConnectionPolicy.PublicInternet);
        });

        Assert.Throws<InvalidOperationException>(() => services.GetRequiredService<IHttpClientFactory>().CreateClient("api"));
    }

    [Theory]
    [InlineData("Proxy is set")]
    [InlineData("ConnectCallback is set")]
    public async Task UseConnectionGuard_HandlerThatWouldBypassIt_Fails(string reason)
    {
        await using var services = Services(builder => builder.UseConnectionGuard(ConnectionPolicy.PublicInternet).UseSocketsHttpHandler((handler, _) =>
        {
            if (reason.StartsWith("Proxy", StringComparison.Ordinal))
                handler.Proxy = new WebProxy("http://192.0.2.1");
            else
                handler.ConnectCallback = static (_, _) => throw new NotSupportedException();
        }));

        var error = Assert.Throws<InvalidOperationException>(() => services.GetRequiredService<IHttpClientFactory>().CreateClient("api"));

        Assert.StartsWith($"The HttpClient 'api' cannot be guarded. {reason}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UseConnector_BesideTheGuard_Fails()
    {
        await using var services = Services(static builder => builder.UseConnector(new HappyEyeballsConnector()).UseConnectionGuard(ConnectionPolicy.PublicInternet));

        var error = Assert.Throws<InvalidOperationException>(() => services.GetRequiredService<IHttpClientFactory>().CreateClient("api"));

        Assert.Equal("The HttpClient 'api' has UseConnectionGuard and UseConnector: the guard connects itself. Give it the connector's options.", error.Message);
    }

    [Fact]
    public void UseConnectionGuard_AllowAll_IsAnErrorAtOnce() =>
        Assert.Equal("policy", Assert.Throws<ArgumentException>(static () => new ServiceCollection().AddHttpClient("api").UseConnectionGuard(ConnectionPolicy.AllowAll)).ParamName);

    [Fact]
    public async Task UseConnectionGuard_OfEveryClient_GuardsEachAndAConnectorCannotUndoIt()
    {
        var services = new ServiceCollection();
        services.ConfigureHttpClientDefaults(static builder => builder.UseConnectionGuard(ConnectionPolicy.PublicInternet));
        services.AddHttpClient("own").UseConnector(new HappyEyeballsConnector());
        await using var provider = services.BuildServiceProvider();
        var factory = provider.GetRequiredService<IHttpClientFactory>();
        using var client = factory.CreateClient();

        Assert.Equal(ConnectionError.Denied, (await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync("http://127.0.0.1:1/"))).GetConnectionException()?.Error);
        Assert.Throws<InvalidOperationException>(() => factory.CreateClient("own"));
    }

    [Fact]
    public async Task UseConnectionGuard_OtherClient_IsNotGuarded()
    {
        await using var server = Server.Listen("127.0.0.1:0");
        _ = server.ServeAsync(AnswerAsync);
        var services = new ServiceCollection();
        services.AddHttpClient("guarded").UseConnectionGuard(ConnectionPolicy.PublicInternet);
        services.AddHttpClient("api");
        await using var provider = services.BuildServiceProvider();

        Assert.Equal("hello", await GetAsync(provider, $"http://{server.LocalEndPoint}/"));
    }

    [Fact]
    public async Task UseConnectionGuard_HandlersOfTheChain_StayAboveIt()
    {
        var above = new Passing();
        await using var services = Services(builder => builder.UseConnectionGuard(ConnectionPolicy.PublicInternet).AddHttpMessageHandler(() => above));

        await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync(services, "http://127.0.0.1:1/"));

        Assert.Equal(1, above.Count);
    }

    internal static async Task AnswerAsync(Connection connection, CancellationToken stopping)
    {
        while (await connection.ReadLineAsync(stopping) is { Length: > 0 })
        {
        }

        await connection.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello", CancellationToken.None);
    }

    private static ServiceProvider Services(Action<IHttpClientBuilder> setUp)
    {
        var services = new ServiceCollection();
        setUp(services.AddHttpClient("api"));
        return services.BuildServiceProvider();
    }

    private static async Task<string> GetAsync(IServiceProvider services, string url)
    {
        using var client = services.GetRequiredService<IHttpClientFactory>().CreateClient("api");
        client.DefaultRequestHeaders.ConnectionClose = true;
        return await client.GetStringAsync(url).Soon();
    }

    private sealed class Redirecting(EndPoint to) : Connector
    {
        private readonly HappyEyeballsConnector _inner = new();

        public string? Asked { get; private set; }

        public override Task<Connection> ConnectAsync(EndPoint endPoint, CancellationToken cancellationToken = default)
        {
            Asked = NetEndPoint.Format(endPoint);
            return _inner.ConnectAsync(to, cancellationToken);
        }
    }

    private sealed class Answering : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(new HttpResponseMessage());
    }

    private sealed class Passing : DelegatingHandler
    {
        public int Count { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Count++;
            return base.SendAsync(request, cancellationToken);
        }
    }

    private sealed class Replacing : Microsoft.Extensions.Http.IHttpMessageHandlerBuilderFilter
    {
        public Action<Microsoft.Extensions.Http.HttpMessageHandlerBuilder> Configure(Action<Microsoft.Extensions.Http.HttpMessageHandlerBuilder> next) => builder =>
        {
            next(builder);
            builder.PrimaryHandler = new Answering();
        };
    }
}
