using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Net.Async.Testing;

namespace Net.Async.Tests.Kestrel;

/// <summary>How the transport is added to an application, beside which others, and what it says about that.</summary>
public class TransportRegistrationTests : LeakCheck
{
    [Fact]
    public async Task AddNetAsyncTransport_Twice_IsOneFactoryWithBothConfigurations()
    {
        await using var services = new ServiceCollection()
            .AddNetAsyncTransport(static options => (options.Server.MaxConnections, options.Server.MaxHandlers) = (3, 5))
            .AddNetAsyncTransport(static options => options.Server.MaxConnections = 4)
            .BuildServiceProvider();

        Assert.Single(services.GetServices<IConnectionListenerFactory>());
        var options = services.GetRequiredService<IOptions<NetAsyncTransportOptions>>().Value;
        Assert.Equal((4, 5), (options.Server.MaxConnections, options.Server.MaxHandlers));
    }

    [Fact]
    public async Task UseNetAsync_TwiceWithTwoConfigurations_ServesWithBoth()
    {
        var list = new BlockList();
        var network = new MemoryNetwork();
        await using var web = await TestWeb.StartAsync(builder =>
        {
            builder.WebHost.UseNetAsync(options => options.Server.Policy = list).UseNetAsync(options => options.Bind = network.Bind);
            builder.WebHost.ConfigureKestrel(static kestrel => kestrel.Listen(IPEndPoint.Parse("192.0.2.1:80")));
        });

        Assert.Equal("hello", await GetAsync(network));
        list.AddCidr("0.0.0.0/0");
        await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync(network));
    }

    [Theory]
    [InlineData("before")]
    [InlineData("after")]
    [InlineData("as services, before")]
    [InlineData("beside UseSockets")]
    public async Task UseNetAsync_BeforeOrAfterKestrel_Serves(string order)
    {
        var log = new LogLines();
        using var host = new HostBuilder()
            .ConfigureLogging(logging => logging.AddProvider(log))
            .ConfigureWebHost(web =>
            {
                if (order == "before")
                    web.UseNetAsync();
                if (order == "as services, before")
                    web.ConfigureServices(static services => services.AddNetAsyncTransport());
                if (order == "beside UseSockets")
                    web.UseSockets();
                web.UseKestrel(static kestrel => kestrel.Listen(IPAddress.Loopback, 0));
                if (order is "after" or "beside UseSockets")
                    web.UseNetAsync();
                web.Configure(static app => app.Run(static context => context.Response.WriteAsync("hello")));
            }).Build();
        await host.StartAsync().Soon();

        using (var client = new HttpClient())
            Assert.Equal("hello", await client.GetStringAsync(AddressOf(host)).Soon());
        await host.StopAsync().Soon();

        Assert.Equal(1, Assert.Single(log.Ours, static line => line.Level == LogLevel.Information).Id);
    }

    [Fact]
    public async Task StartLog_EachEndPoint_SaysWhichTransportServesItAndWhy()
    {
        var path = Path.Combine(Path.GetTempPath(), $"net-async-{Guid.NewGuid():N}"[..30]);
        using var inherited = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        inherited.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        inherited.Listen();
        var other = new OtherTransport();
        await using (var web = await TestWeb.StartAsync(builder =>
        {
            // Kestrel asks the last one first.
            builder.Services.AddSingleton<IConnectionListenerFactory>(other);
            builder.WebHost.UseNetAsync();
            builder.WebHost.ConfigureKestrel(kestrel =>
            {
                kestrel.Listen(IPAddress.Loopback, 0);
                if (OperatingSystem.IsLinux())
                {
                    kestrel.ListenUnixSocket(path);
                    kestrel.ListenHandle((ulong)inherited.Handle);
                }

                kestrel.Listen(new OtherEndPoint());
            });
        }))
        {
            var lines = web.Log.Ours.Where(static line => line.Level == LogLevel.Information).ToArray();

            Assert.Contains(lines, line => line.Id == 1 && line.Text == $"Net.Async serves {web.EndPoint}: it is an IP address.");
            if (OperatingSystem.IsLinux())
            {
                Assert.Contains(lines, line => line.Id == 1 && line.Text == $"Net.Async serves unix:{path}: it is a Unix socket.");
                Assert.Contains(lines, line => line.Id == 1 && line.Text == $"Net.Async serves {inherited.LocalEndPoint}: it is an open descriptor.");
            }

            Assert.Contains(lines, static line => line.Id == 2 && line.Text == "Net.Async leaves another network to another transport: it does not know OtherEndPoint.");
            Assert.Equal("another network", Assert.Single(other.Bound).ToString());
            using var client = new HttpClient();
            Assert.Equal("hello", await client.GetStringAsync(new Uri($"http://{web.EndPoint}/")).Soon());
        }

        Assert.False(File.Exists(path));
    }

    [Fact]
    public async Task UseNetAsync_KindThatNoTransportKnows_FailsTheStartWithItsName()
    {
        var exception = await Assert.ThrowsAsync<InvalidOperationException>(() => TestWeb.StartAsync(static builder =>
        {
            builder.WebHost.UseNetAsync();
            builder.WebHost.ConfigureKestrel(static kestrel => kestrel.Listen(new OtherEndPoint()));
        }));

        Assert.Contains(nameof(OtherEndPoint), exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bind_KindThatNoTransportKnows_IsServedByTheListenerThatItMakes()
    {
        var network = new MemoryNetwork();
        await using var web = await TestWeb.StartAsync(builder =>
        {
            builder.WebHost.UseNetAsync(options => options.Bind = network.Bind);
            builder.WebHost.ConfigureKestrel(static kestrel => kestrel.Listen(new DnsEndPoint("app.test", 80)));
        });

        Assert.Equal("hello", await GetAsync(network, "http://app.test/"));
    }

    [Fact]
    public async Task Bind_ThatReturnsNull_LeavesTheEndPointToTheTransport()
    {
        await using var web = await TestWeb.StartAsync(static builder =>
        {
            builder.WebHost.UseNetAsync(static options => options.Bind = static _ => null);
            TestWeb.Listening(static _ => { })(builder);
        });
        using var client = new HttpClient();

        Assert.Equal("hello", await client.GetStringAsync(new Uri($"http://{web.EndPoint}/")).Soon());
    }

    [Fact]
    public void Registration_OfNull_IsAnArgumentError()
    {
        Assert.Equal("builder", Assert.Throws<ArgumentNullException>(static () => NetAsyncWebHostBuilderExtensions.UseNetAsync(null!)).ParamName);
        Assert.Equal("services", Assert.Throws<ArgumentNullException>(static () => NetAsyncTransportServiceCollectionExtensions.AddNetAsyncTransport(null!)).ParamName);
    }

    private static async Task<string> GetAsync(MemoryNetwork network, string address = "http://192.0.2.1/")
    {
        using var client = new HttpClient(new SocketsHttpHandler().UseConnector(network.Connector));
        return await client.GetStringAsync(new Uri(address)).Soon();
    }

    private static Uri AddressOf(IHost host) =>
        new(host.Services.GetRequiredService<Microsoft.AspNetCore.Hosting.Server.IServer>().Features.Get<Microsoft.AspNetCore.Hosting.Server.Features.IServerAddressesFeature>()!.Addresses.Single());
}
