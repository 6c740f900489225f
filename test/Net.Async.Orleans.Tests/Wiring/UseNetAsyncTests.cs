using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Net.Async.Tests;

/// <summary>The calls on the builders: their order, how often, and what they leave to others.</summary>
public class UseNetAsyncTests
{
    [Fact]
    public void UseNetAsync_Silo_OursIsTheTransportUnderEveryKey()
    {
        using var host = Silo(static silo => silo.UseNetAsync()).Build();
        var keys = host.Services.GetRequiredService<Keys>().Found;

        Assert.All(keys.Connectors, key => Assert.IsType<OrleansConnectionFactory>(host.Services.GetRequiredKeyedService<IConnectionFactory>(key)));
        Assert.All(keys.Listeners, key => Assert.IsType<OrleansListenerFactory>(host.Services.GetRequiredKeyedService<IConnectionListenerFactory>(key)));
    }

    [Fact]
    public void UseNetAsync_Twice_RegistersOnceAndAddsToTheOptions()
    {
        var once = Silo(static silo => silo.UseNetAsync(static options => options.SiloListener.MaxConnections = 3));
        var twice = Silo(static silo => silo.UseNetAsync(static options => options.SiloListener.MaxConnections = 3).UseNetAsync(static options => options.GatewayListener.MaxConnections = 5));
        using var host = twice.Build();

        Assert.Equal(Transports(once.Services).Count, Transports(twice.Services).Count);
        Assert.Equal(once.Services.Count(IsOurs), twice.Services.Count(IsOurs));
        var options = host.Services.GetRequiredService<IOptions<OrleansSiloOptions>>().Value;
        Assert.Equal((3, 5), (options.SiloListener.MaxConnections, options.GatewayListener.MaxConnections));
    }

    [Fact]
    public async Task UseNetAsync_BeforeOrAfterOtherSettings_TheSiloStarts()
    {
        await using var first = await TestSilo.StartAsync(static silo => silo.UseNetAsync().AddMemoryGrainStorageAsDefault());
        await using var last = await TestSilo.StartAsync(static silo => silo.AddMemoryGrainStorageAsDefault().UseNetAsync());
    }

    [Fact]
    public void UseNetAsync_BehindAnotherTransport_IsTheLast()
    {
        using var host = Silo(static silo =>
        {
            UseAnother(silo.Services);
            silo.UseNetAsync();
        }).Build();

        Validate(host);
    }

    [Fact]
    public Task UseNetAsync_AnotherTransportBehindIt_TheStartSaysSo()
    {
        using var host = Silo(static silo =>
        {
            silo.UseNetAsync();
            UseAnother(silo.Services);
        }).Build();

        return Verifier.Verify(Assert.Throws<OrleansConfigurationException>(() => Validate(host)).Message);
    }

    [Fact]
    public void UseNetAsync_OnceMoreBehindAnotherTransport_IsTheLast()
    {
        using var host = Silo(static silo =>
        {
            silo.UseNetAsync();
            UseAnother(silo.Services);
            silo.UseNetAsync();
        }).Build();

        Validate(host);
    }

    [Fact]
    public void UseNetAsync_BuilderWithoutOrleans_ThrowsAtOnce()
    {
        Assert.Throws<OrleansConfigurationException>(static () => new EmptyBuilder().UseNetAsync(static (OrleansSiloOptions _) => { }));
        Assert.Throws<OrleansConfigurationException>(static () => new EmptyBuilder().UseNetAsync(static (OrleansClientOptions _) => { }));
        Assert.Throws<ArgumentNullException>("builder", static () => ((ISiloBuilder)null!).UseNetAsync());
        Assert.Throws<ArgumentNullException>("builder", static () => ((IClientBuilder)null!).UseNetAsync());
    }

    [Fact]
    public async Task Configure_ABadValue_TheStartNamesThePropertyAndTheValue()
    {
        var exception = await Assert.ThrowsAsync<ArgumentOutOfRangeException>(static () => TestSilo.StartAsync(static silo => silo.UseNetAsync(static options => options.SiloListener.MaxConnections = -1)));

        Assert.Contains("MaxConnections", exception.Message, StringComparison.Ordinal);
        Assert.Equal(-1, exception.ActualValue);
    }

    [Fact]
    public void Configure_FromConfiguration_SetsTheChildren()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["GatewayListener:MaxConnections"] = "7",
            ["Outbound:ConnectTimeout"] = "00:00:02",
        }).Build();
        using var host = Silo(silo =>
        {
            silo.UseNetAsync();
            silo.Services.Configure<OrleansSiloOptions>(configuration);
        }).Build();

        var options = host.Services.GetRequiredService<IOptions<OrleansSiloOptions>>().Value;
        Assert.Equal((7, TimeSpan.FromSeconds(2)), (options.GatewayListener.MaxConnections, options.Outbound.ConnectTimeout));
        Assert.Equal(TimeSpan.FromSeconds(10), options.GatewayListener.Connection.Limits.FirstByteTimeout);
    }

    private static HostApplicationBuilder Silo(Action<ISiloBuilder> configure)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.UseOrleans(silo =>
        {
            builder.Services.AddSingleton(new Keys(TransportKeys.Find(silo.Services, "silo", listeners: 2)));
            silo.UseLocalhostClustering();
            configure(silo);
        });
        return builder;
    }

    private static List<ServiceDescriptor> Transports(IServiceCollection services) =>
        [.. services.Where(static descriptor => descriptor.ServiceType == typeof(IConnectionFactory) || descriptor.ServiceType == typeof(IConnectionListenerFactory))];

    private static bool IsOurs(ServiceDescriptor descriptor) =>
        descriptor.ServiceType == typeof(IConfigurationValidator) || descriptor.ServiceType == typeof(OrleansConnectionFactory) || descriptor.ServiceType == typeof(OrleansListenerFactory);

    // As Orleans' own test cluster registers its transport in memory.
    private static void UseAnother(IServiceCollection services) =>
        services.AddKeyedSingleton<IConnectionFactory>(TransportKeys.Find(services, "silo", listeners: 2).Connectors[0], new NoConnector());

    private static void Validate(IHost host)
    {
        foreach (var validator in host.Services.GetServices<IConfigurationValidator>())
            validator.ValidateConfiguration();
    }

    private sealed record Keys(TransportKeys Found);

    private sealed class EmptyBuilder : ISiloBuilder, IClientBuilder
    {
        public IServiceCollection Services { get; } = new ServiceCollection();

        public IConfiguration Configuration { get; } = new ConfigurationBuilder().Build();
    }
}
