using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Hosting;

namespace OrleansCluster;

/// <summary>The client: makes all calls, then asks every ledger what it has.</summary>
internal static class ClientProgram
{
    public static readonly TimeSpan ResponseTimeout = TimeSpan.FromSeconds(3);

    public static async Task<int> RunAsync(Arguments arguments)
    {
        var builder = Hosting.Builder(arguments);
        builder.UseOrleansClient(client => Configure(client, arguments));
        using var host = builder.Build();
        await host.StartAsync();
        var calls = new Calls(host.Services.GetRequiredService<IGrainFactory>(), arguments.Calls);
        await calls.RunAsync();
        Console.WriteLine($"counted {await calls.CountAsync()}");
        calls.Report();
        Console.WriteLine("done");
        await Hosting.InputEndsAsync();
        var watch = System.Diagnostics.Stopwatch.StartNew();
        await host.StopAsync();
        Console.WriteLine($"stopped {watch.ElapsedMilliseconds}");
        return 0;
    }

    private static void Configure(IClientBuilder client, Arguments arguments)
    {
        client.UseStaticClustering([.. arguments.Command[1].Split(',').Select(static port => new IPEndPoint(IPAddress.Loopback, Arguments.Port(port)))]);
        client.Configure<ClientMessagingOptions>(static options => options.ResponseTimeout = ResponseTimeout);
        if (!arguments.OwnSockets)
            client.UseNetAsync();
    }
}
