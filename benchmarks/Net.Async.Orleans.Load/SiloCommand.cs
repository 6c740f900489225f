using Microsoft.Extensions.Hosting;
using Orleans.Hosting;

namespace Net.Async.Load;

/// <summary>The silo that is measured. It ends when its input does.</summary>
internal static class SiloCommand
{
    public static async Task<int> RunAsync(string peer, int port, int gateway)
    {
        Peer.Check(peer);
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(port, gateway);
            Peer.Use(peer, silo);
        });
        using var host = builder.Build();
        await host.StartAsync();
        Console.WriteLine("ready");
        await InputEndsAsync();
        await host.StopAsync();
        return 0;
    }

    public static async Task InputEndsAsync()
    {
        using var input = Console.OpenStandardInput();
        var buffer = new byte[16];
        while (await input.ReadAsync(buffer) > 0)
        {
        }
    }
}
