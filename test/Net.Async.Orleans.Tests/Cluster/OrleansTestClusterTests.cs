using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Orleans.Hosting;
using Orleans.TestingHost;

namespace Net.Async.Tests;

/// <summary>The cluster for tests that Orleans ships: over TCP ours is its transport; its own transport in memory is refused, and not used silently.</summary>
public class OrleansTestClusterTests
{
    [Fact]
    public async Task Deploy_OverTcp_RunsOnOurs()
    {
        await using var cluster = Builder(ConnectionTransportType.TcpSocket).Build();
        await cluster.DeployAsync().WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Equal([7], await cluster.Client.GetGrain<IEchoGrain>(0).EchoByAsync(1, [7]).Soon());

        await cluster.StopAllSilosAsync().Soon();
    }

    [Fact]
    public async Task Deploy_InMemory_SaysThatBothAreThere()
    {
        await using var cluster = Builder(ConnectionTransportType.InMemory).Build();

        var exception = await Assert.ThrowsAnyAsync<Exception>(() => cluster.DeployAsync().WaitAsync(TimeSpan.FromSeconds(60)));

        Assert.Contains("UseNetAsync was called, and Orleans.TestingHost", exception.ToString(), StringComparison.Ordinal);
    }

    private static TestClusterBuilder Builder(ConnectionTransportType transport)
    {
        var builder = new TestClusterBuilder(initialSilosCount: 2);
        builder.Options.ConnectionTransport = transport;
        builder.AddSiloBuilderConfigurator<Configurator>();
        builder.AddClientBuilderConfigurator<Configurator>();
        return builder;
    }

    private sealed class Configurator : ISiloConfigurator, IClientBuilderConfigurator
    {
        public void Configure(ISiloBuilder siloBuilder) => siloBuilder.UseNetAsync();

        public void Configure(IConfiguration configuration, IClientBuilder clientBuilder) => clientBuilder.UseNetAsync();
    }
}
