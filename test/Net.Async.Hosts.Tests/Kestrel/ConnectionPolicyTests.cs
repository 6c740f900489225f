using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Net.Async.Tests.Kestrel;

/// <summary>Policies of clients for those who keep Kestrel's own transport.</summary>
public class ConnectionPolicyTests : LeakCheck
{
    [Fact]
    public async Task UseConnectionPolicy_ClientOnTheList_IsAbortedAndLoggedWithTheRule()
    {
        await using var web = await TestWeb.StartAsync(TestWeb.Listening(static listen => listen.UseConnectionPolicy(Denying("127.0.0.0/8"))));

        Assert.False(await IsServedAsync(web.EndPoint));

        await Eventually.IsAsync(() => web.Log.Ours.Count > 0, "the denial is logged");
        var line = Assert.Single(web.Log.Ours);
        Assert.Equal((4, LogLevel.Information), (line.Id, line.Level));
        Assert.Matches("^Connection id \"[^\"]+\" was denied: 127.0.0.1:[0-9]+ is denied by .*127\\.0\\.0\\.0/8.*\\.$", line.Text);
    }

    [Fact]
    public async Task UseConnectionPolicy_ClientThatIsNotOnTheList_IsServed()
    {
        await using var web = await TestWeb.StartAsync(TestWeb.Listening(static listen => listen.UseConnectionPolicy(Denying("192.0.2.0/24"))));

        Assert.True(await IsServedAsync(web.EndPoint));
        Assert.Empty(web.Log.Ours);
    }

    [Fact]
    public async Task UseConnectionPolicy_AListThatChanges_CountsForTheNextClient()
    {
        var list = new BlockList();
        await using var web = await TestWeb.StartAsync(TestWeb.Listening(listen => listen.UseConnectionPolicy(list)));

        Assert.True(await IsServedAsync(web.EndPoint));
        list.AddAddress("127.0.0.1");
        Assert.False(await IsServedAsync(web.EndPoint));
        list.RemoveAddress("127.0.0.1");
        Assert.True(await IsServedAsync(web.EndPoint));
    }

    [Fact]
    public async Task UseConnectionPolicy_BeforeUseHttps_CostsNoHandshake()
    {
        await using var web = await TestWeb.StartAsync(TestWeb.Listening(static listen => listen.UseConnectionPolicy(Denying("127.0.0.1/32")).UseHttps(Certificates.One)));
        using var client = new TcpClient();

        // The reset may come as soon as the connect.
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await client.ConnectAsync(web.EndPoint).Soon();
            await using var tls = new SslStream(client.GetStream());
            await tls.AuthenticateAsClientAsync("localhost").Soon();
        });

        await Eventually.IsAsync(() => web.Log.Ours.Count > 0, "the denial is logged");
        Assert.Equal(4, Assert.Single(web.Log.Ours).Id);
        Assert.DoesNotContain(web.Log.All, static line => line.Category.Contains("Https", StringComparison.Ordinal));
    }

    [Fact]
    public async Task UseConnectionPolicy_BeforeUseHttps_LetsOthersThrough()
    {
        await using var web = await TestWeb.StartAsync(TestWeb.Listening(static listen => listen.UseConnectionPolicy(new BlockList()).UseHttps(Certificates.One)));
        using var handler = new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = static (_, certificate, _, _) => Certificates.IsOne(certificate) } };
        using var client = new HttpClient(handler);

        Assert.Equal("hello", await client.GetStringAsync(new Uri($"https://localhost:{web.EndPoint.Port}/")).Soon());
    }

    [Fact]
    public async Task UseConnectionPolicy_IPv4ClientOfADualStackListener_IsJudgedAsIPv4()
    {
        if (!Socket.OSSupportsIPv6)
            return;
        var seen = new Seen();
        await using var web = await TestWeb.StartAsync(builder => builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.IPv6Any, 0, listen => listen.UseConnectionPolicy(seen).Use(static next => context =>
        {
            Assert.True(((IPEndPoint)context.RemoteEndPoint!).Address.IsIPv4MappedToIPv6);
            return next(context);
        }))));

        Assert.True(await IsServedAsync(new IPEndPoint(IPAddress.Loopback, web.EndPoint.Port)));

        Assert.Equal(IPAddress.Loopback, Assert.IsType<IPEndPoint>(Assert.Single(seen.EndPoints)).Address);
    }

    [LinuxTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task UseConnectionPolicy_ClientOfAUnixSocket_IsJudgedByThePathItConnectedTo(bool allows)
    {
        var path = Path.Combine(Path.GetTempPath(), $"net-async-{Guid.NewGuid():N}"[..30]);
        var seen = new Seen { Allows = allows };
        await using var web = await TestWeb.StartAsync(builder => builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenUnixSocket(path, listen => listen.UseConnectionPolicy(seen))));

        Assert.Equal(allows, await IsServedAsync(new UnixDomainSocketEndPoint(path)));

        Assert.Equal(path, Assert.Single(seen.EndPoints).ToString());
        if (!allows)
            Assert.EndsWith($"{path} is denied by the test.", Assert.Single(web.Log.Ours).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UseConnectionPolicy_APolicyThatThrows_HasDenied()
    {
        await using var web = await TestWeb.StartAsync(TestWeb.Listening(static listen => listen.UseConnectionPolicy(new Throwing())));

        Assert.False(await IsServedAsync(web.EndPoint));

        var line = Assert.Single(web.Log.Ours);
        Assert.Equal(4, line.Id);
        Assert.Contains("a failure of the policy (InvalidOperationException)", line.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UseConnectionPolicy_ATcpClientWhoseAddressIsUnknown_IsDenied()
    {
        var context = new DefaultConnectionContext("1") { LocalEndPoint = IPEndPoint.Parse("127.0.0.1:80") };
        var served = false;
        var pipeline = new ConnectionBuilder(new NoServices()).UseConnectionPolicy(new Seen { Allows = true }).Run(_ =>
        {
            served = true;
            return Task.CompletedTask;
        }).Build();

        await pipeline(context).Soon();

        Assert.False(served);
        await Eventually.FiresAsync("the client is turned away", context.ConnectionClosed);
    }

    [Fact]
    public async Task UseConnectionPolicy_OnOurTransport_JudgesToo()
    {
        await using var web = await TestWeb.StartAsync(static builder =>
        {
            builder.WebHost.UseNetAsync();
            TestWeb.Listening(static listen => listen.UseConnectionPolicy(Denying("127.0.0.0/8")))(builder);
        });

        Assert.False(await IsServedAsync(web.EndPoint));
        Assert.Contains(web.Log.Ours, static line => line.Id == 4);
    }

    [Fact]
    public void UseConnectionPolicy_OfNull_IsAnArgumentError()
    {
        var builder = new ConnectionBuilder(new NoServices());

        Assert.Equal("policy", Assert.Throws<ArgumentNullException>(() => builder.UseConnectionPolicy(null!)).ParamName);
        Assert.Equal("builder", Assert.Throws<ArgumentNullException>(static () => ConnectionPolicyExtensions.UseConnectionPolicy<IConnectionBuilder>(null!, new BlockList())).ParamName);
    }

    private static BlockList Denying(string cidr)
    {
        var list = new BlockList();
        list.AddCidr(cidr);
        return list;
    }

    // A client that is denied reads a reset and no byte; a fresh connection for each question.
    private static async Task<bool> IsServedAsync(EndPoint endPoint)
    {
        using var socket = endPoint is UnixDomainSocketEndPoint ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) : new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        var buffer = new byte[4096];
        try
        {
            await socket.ConnectAsync(endPoint).Soon();
            await socket.SendAsync("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"u8.ToArray()).Soon();
            return await socket.ReceiveAsync(buffer).Soon() > 0;
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.ConnectionReset or SocketError.Shutdown)
        {
            return false;
        }
    }

    private sealed class NoServices : IServiceProvider
    {
        public object? GetService(Type serviceType) => null;
    }

    private sealed class Throwing : ConnectionPolicy
    {
        public override PolicyDecision Evaluate(in ConnectionCandidate candidate) => throw new InvalidOperationException("broken");
    }

    private sealed class Seen : ConnectionPolicy
    {
        public System.Collections.Concurrent.ConcurrentQueue<EndPoint> EndPoints { get; } = new();

        public bool Allows { get; init; } = true;

        public override PolicyDecision Evaluate(in ConnectionCandidate candidate)
        {
            EndPoints.Enqueue(candidate.EndPoint!);
            Assert.Equal(ConnectionDirection.Inbound, candidate.Direction);
            return Allows ? PolicyDecision.Allow() : PolicyDecision.Deny("the test");
        }
    }
}
