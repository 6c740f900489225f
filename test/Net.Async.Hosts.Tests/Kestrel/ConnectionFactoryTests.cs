using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.Extensions.DependencyInjection;
using Net.Async.Testing;

namespace Net.Async.Tests.Kestrel;

/// <summary>The factory of ASP.NET Core's client connections: it races, asks the policy, and says what went wrong.</summary>
public class ConnectionFactoryTests : LeakCheck
{
    [Fact]
    public async Task ConnectAsync_NameWhoseFirstAddressRefuses_ReachesTheSecond()
    {
        await using var server = Server.Listen(0);
        var port = ((IPEndPoint)server.LocalEndPoint).Port;
        // The server listens on 127.0.0.1 only.
        var resolver = new ScriptedResolver().Add("two.test", IPAddress.Parse("127.0.0.2"), IPAddress.Loopback);
        await using var services = Services(options => options.Connect = new() { Resolver = resolver });
        var accepting = server.AcceptAsync();

        await using var context = await ConnectAsync(services, new DnsEndPoint("two.test", port));

        await using var accepted = await accepting.Soon();
        Assert.Equal(server.LocalEndPoint, context.RemoteEndPoint);
        Assert.Equal(["127.0.0.2", "127.0.0.1"], context.AsConnection().Attempts.Select(static attempt => ((IPEndPoint)attempt.EndPoint!).Address.ToString()));
        await context.Transport.Output.WriteAsync("hello\n"u8.ToArray()).Soon();
        Assert.Equal("hello", await accepted.ReadLineAsync().AsTask().Soon());
        Assert.NotNull(context.Features.Get<IConnectionSocketFeature>());
    }

    [Fact]
    public async Task ConnectAsync_AddressThatThePolicyDenies_IsDeniedAndNoClientOfTheServer()
    {
        await using var server = Server.Listen(0);
        var accepting = server.AcceptAsync();
        await using var services = Services(static options => options.Connect.Policy = ConnectionPolicy.PublicInternet);

        var exception = await Assert.ThrowsAsync<ConnectionException>(() => ConnectAsync(services, server.LocalEndPoint));

        Assert.Equal(ConnectionError.Denied, exception.Error);
        Assert.False(accepting.IsCompleted);
        await server.DisposeAsync();
        await Assert.ThrowsAsync<ConnectionException>(() => accepting.Soon());
    }

    [LinuxFact]
    public async Task ConnectAsync_UnixSocket_Connects()
    {
        var endPoint = new UnixDomainSocketEndPoint(Path.Combine(Path.GetTempPath(), $"net-async-{Guid.NewGuid():N}"[..30]));
        await using var server = Server.Listen(endPoint);
        await using var services = Services();
        var accepting = server.AcceptAsync();

        await using var context = await ConnectAsync(services, endPoint);

        await using var accepted = await accepting.Soon();
        await accepted.WriteLineAsync("hello").AsTask().Soon();
        Assert.Equal("hello", await context.AsConnection().ReadLineAsync().AsTask().Soon());
        Assert.Equal(endPoint.ToString(), context.RemoteEndPoint?.ToString());
    }

    [Fact]
    public async Task ConnectAsync_Cancelled_EndsAtOnce()
    {
        var resolver = new ScriptedResolver().Add("silent.test", AddressFamily.InterNetwork, Timeout.InfiniteTimeSpan).Add("silent.test", AddressFamily.InterNetworkV6, Timeout.InfiniteTimeSpan);
        await using var services = Services(options => options.Connect.Resolver = resolver);
        using var cancel = new CancellationTokenSource();
        var connecting = ConnectAsync(services, new DnsEndPoint("silent.test", 80), cancel.Token);
        await Eventually.IsAsync(() => resolver.Queries.Count > 0, "the name is asked for");

        await cancel.CancelAsync();

        Assert.Equal(cancel.Token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting)).CancellationToken);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ConnectAsync(services, IPEndPoint.Parse("127.0.0.1:9"), cancel.Token));
    }

    [Fact]
    public async Task ConnectAsync_NoServer_IsRefusedWithTheAddress()
    {
        var server = Server.Listen(0);
        var endPoint = server.LocalEndPoint;
        await server.DisposeAsync();
        await using var services = Services();

        var exception = await Assert.ThrowsAsync<ConnectionException>(() => ConnectAsync(services, endPoint));

        Assert.Equal(ConnectionError.Refused, exception.Error);
        Assert.Contains(endPoint.ToString()!, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_OfAConnectionThatThePeerResets_ThrowsWhatAspNetCoreKnows()
    {
        await using var server = Server.Listen(0);
        var accepting = server.AcceptAsync();
        await using var services = Services();
        await using var context = await ConnectAsync(services, server.LocalEndPoint);

        (await accepting.Soon()).Abort();

        await Assert.ThrowsAsync<ConnectionResetException>(() => context.Transport.Input.ReadAsync().Soon());
        await Eventually.FiresAsync("the context learns of it", context.ConnectionClosed);
    }

    [Fact]
    public async Task AddNetAsyncConnectionFactory_Twice_IsOneFactoryWithBothConfigurations()
    {
        var services = new ServiceCollection();
        services.AddNetAsyncConnectionFactory(static options => options.Connect.Policy = ConnectionPolicy.PublicInternet);
        services.AddNetAsyncConnectionFactory(static options => options.Connect.ConnectTimeout = TimeSpan.FromSeconds(7));
        await using var provider = services.BuildServiceProvider();

        Assert.Single(provider.GetServices<IConnectionFactory>());
        Assert.Same(provider.GetRequiredService<IConnectionFactory>(), provider.GetRequiredService<IConnectionFactory>());
        var options = provider.GetRequiredService<Microsoft.Extensions.Options.IOptions<NetAsyncTransportOptions>>().Value.Connect;
        Assert.Equal((ConnectionPolicy.PublicInternet, TimeSpan.FromSeconds(7)), (options.Policy, options.ConnectTimeout));
    }

    [Fact]
    public async Task Options_ChangedAfterTheFirstConnect_HaveNoEffect()
    {
        await using var server = Server.Listen(0);
        var serving = server.ServeAsync(static (connection, stopping) => Task.Delay(Timeout.Infinite, stopping));
        await using var services = Services();
        await using var first = await ConnectAsync(services, server.LocalEndPoint);

        services.GetRequiredService<Microsoft.Extensions.Options.IOptions<NetAsyncTransportOptions>>().Value.Connect.Policy = ConnectionPolicy.PublicInternet;

        await using var second = await ConnectAsync(services, server.LocalEndPoint);
        await server.StopAsync().Soon();
        await serving.Soon();
    }

    [Fact]
    public async Task ConnectAsync_OfNull_IsAnArgumentError()
    {
        await using var services = Services();

        Assert.Equal("endpoint", (await Assert.ThrowsAsync<ArgumentNullException>(() => ConnectAsync(services, null!))).ParamName);
        Assert.Equal("services", Assert.Throws<ArgumentNullException>(static () => NetAsyncTransportServiceCollectionExtensions.AddNetAsyncConnectionFactory(null!)).ParamName);
    }

    private static ServiceProvider Services(Action<NetAsyncTransportOptions>? configure = null) => new ServiceCollection().AddNetAsyncConnectionFactory(configure).BuildServiceProvider();

    private static async Task<ConnectionContext> ConnectAsync(ServiceProvider services, EndPoint endPoint, CancellationToken cancellationToken = default) =>
        await services.GetRequiredService<IConnectionFactory>().ConnectAsync(endPoint, cancellationToken).Soon();
}
