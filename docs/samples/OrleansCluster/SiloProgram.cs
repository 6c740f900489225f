using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Hosting;

namespace OrleansCluster;

/// <summary>One silo. It ends when its input does.</summary>
internal static class SiloProgram
{
    public static async Task<int> RunAsync(Arguments arguments)
    {
        var builder = Hosting.Builder(arguments);
        builder.UseOrleans(silo => Configure(silo, arguments));
        using var host = builder.Build();
        await host.StartAsync();
        Console.WriteLine("ready");
        await Hosting.InputEndsAsync();
        var watch = Stopwatch.StartNew();
        await host.StopAsync();
        Console.WriteLine($"stopped {watch.ElapsedMilliseconds}");
        return 0;
    }

    private static void Configure(ISiloBuilder silo, Arguments arguments)
    {
        var (port, gateway, primary) = (Arguments.Port(arguments.Command[1]), Arguments.Port(arguments.Command[2]), Arguments.Port(arguments.Command[3]));
        silo.UseLocalhostClustering(port, gateway, new IPEndPoint(IPAddress.Loopback, primary));
        if (!arguments.OwnSockets)
            silo.UseNetAsync();
        silo.Services.AddSingleton(new LedgerFolder(arguments.Command[4]));
        // A silo that was killed is noticed within two seconds, where Orleans takes its time for networks that are worse than loopback.
        silo.Configure<ClusterMembershipOptions>(static options =>
        {
            options.ProbeTimeout = TimeSpan.FromSeconds(1);
            options.NumMissedProbesLimit = 2;
            options.NumVotesForDeathDeclaration = 1;
        });
    }
}
