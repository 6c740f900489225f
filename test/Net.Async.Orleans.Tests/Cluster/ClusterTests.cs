using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Hosting;

namespace Net.Async.Tests;

/// <summary>Silos and clients on our transport, and on Orleans' own sockets: the same calls, and nothing left.</summary>
public sealed class ClusterTests : LeakCheck
{
    public static TheoryData<bool, bool> Transports => new() { { false, false }, { true, false }, { false, true }, { true, true } };

    [Theory, MemberData(nameof(Transports))]
    public async Task Call_EachTransportAtEachEnd_Answers(bool ourSilo, bool ourClient)
    {
        await using var silo = await TestSilo.StartAsync(builder => Use(builder, ourSilo));
        await using var client = await TestClient.StartAsync(builder => Use(builder, ourClient), silo);

        for (var i = 0; i < 100; i++)
            Assert.Equal([1, 2, (byte)i], await client.Grains.GetGrain<IEchoGrain>(i).EchoAsync([1, 2, (byte)i]).Soon());
    }

    [Theory, InlineData(true, true), InlineData(true, false), InlineData(false, true)]
    public async Task Call_BetweenSilos_Answers(bool ours, bool others)
    {
        await using var first = await TestSilo.StartAsync(builder => Use(builder, ours));
        await using var second = await TestSilo.StartAsync(builder => Use(builder, others), first);
        await using var client = await TestClient.StartAsync(static builder => builder.UseNetAsync(), first, second);

        // A silo places grains on another one once it has heard that it is active.
        var silos = new HashSet<string>();
        using var limit = new CancellationTokenSource(Eventually.Limit);
        for (var i = 0; i < 50 || silos.Count < 2; i++)
        {
            limit.Token.ThrowIfCancellationRequested();
            silos.Add(await client.Grains.GetGrain<IEchoGrain>(i).SiloAsync().Soon());
            Assert.Equal([(byte)i], await client.Grains.GetGrain<IEchoGrain>(i).EchoByAsync(i + 1, [(byte)i]).Soon());
        }
    }

    // More than the bounds of the pipes are by default, and several at a time behind each other.
    [Theory, InlineData(1), InlineData(3)]
    public async Task Call_MessagesOf24Mebibytes_Arrive(int atATime)
    {
        await using var silo = await TestSilo.StartAsync(static builder => builder.UseNetAsync());
        await using var client = await TestClient.StartAsync(static builder => builder.UseNetAsync(), silo);
        var bytes = new byte[24 * 1024 * 1024];
        new Random(7).NextBytes(bytes);

        var echoes = await Task.WhenAll(Enumerable.Range(0, atATime).Select(i => client.Grains.GetGrain<IEchoGrain>(i).EchoAsync(bytes))).WaitAsync(TimeSpan.FromSeconds(60));

        Assert.All(echoes, echo => Assert.True(bytes.AsSpan().SequenceEqual(echo)));
    }

    [Fact]
    public async Task Policy_OfTheGateway_DeniesClientsAndNotSilos()
    {
        var denied = new Denials();
        var nothing = new RulePolicy(new RulePolicyOptions { AllowByDefault = false });
        void Deny(OrleansSiloOptions options) => options.GatewayListener = options.GatewayListener with { Policy = nothing, Observer = denied };
        await using var first = await TestSilo.StartAsync(builder => builder.UseNetAsync(Deny));
        await using var second = await TestSilo.StartAsync(builder => builder.UseNetAsync(Deny), first);

        await Assert.ThrowsAnyAsync<Exception>(() => TestClient.StartAsync(static builder => builder.UseNetAsync().UseConnectionRetryFilter(static (_, _) => Task.FromResult(false)), first));

        Assert.True(denied.Count > 0);
    }

    [Fact]
    public async Task Policy_OfTheClient_IsAskedBeforeTheDial()
    {
        await using var silo = await TestSilo.StartAsync(static builder => builder.UseNetAsync());

        var exception = await Assert.ThrowsAnyAsync<Exception>(() => TestClient.StartAsync(
            static builder => builder.UseNetAsync(static options => options.Outbound.Policy = ConnectionPolicy.PublicInternet).UseConnectionRetryFilter(static (_, _) => Task.FromResult(false)), silo));

        Assert.Contains("the connection policy denies it", exception.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_PortInUse_SaysTheAddress()
    {
        await using var taken = Server.Listen(0);
        var port = ((IPEndPoint)taken.LocalEndPoint).Port;

        var exception = await Assert.ThrowsAnyAsync<Exception>(() => TestSilo.StartAsync(builder => builder.UseNetAsync().Configure<EndpointOptions>(options => options.SiloPort = port)));

        Assert.Contains($"127.0.0.1:{port}", exception.ToString(), StringComparison.Ordinal);
    }

    internal static void Use(ISiloBuilder builder, bool ours)
    {
        if (ours)
            builder.UseNetAsync();
    }

    internal static void Use(IClientBuilder builder, bool ours)
    {
        if (ours)
            builder.UseNetAsync();
    }

    private sealed class Denials : ServerObserver
    {
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public override void OnDenied(DeniedConnection denied) => Interlocked.Increment(ref _count);
    }
}
