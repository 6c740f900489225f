using System.Diagnostics;
using System.Globalization;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Hosting;

namespace Net.Async.Load;

/// <summary>The client: callers that call one after the other, each its own grain. It says when it begins and ends to count.</summary>
internal static class ClientCommand
{
    public static async Task<int> RunAsync(string peer, int gateway, CallOptions options)
    {
        Peer.Check(peer);
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.UseOrleansClient(client =>
        {
            client.UseStaticClustering(new IPEndPoint(IPAddress.Loopback, gateway));
            Peer.Use(peer, client);
        });
        using var host = builder.Build();
        await host.StartAsync();
        var grains = host.Services.GetRequiredService<IGrainFactory>();
        using var over = new CancellationTokenSource();
        var counts = new long[options.Callers * Spacing];
        var calling = Enumerable.Range(0, options.Callers).Select(caller => CallAsync(grains.GetGrain<IEchoGrain>(caller), new byte[options.Size], counts, caller, over.Token)).ToArray();

        await Task.Delay(TimeSpan.FromSeconds(options.WarmSeconds));
        Console.WriteLine("measuring");
        var (before, start) = (counts.Sum(), Stopwatch.GetTimestamp());
        await Task.Delay(TimeSpan.FromSeconds(options.Seconds));
        var (calls, elapsed) = (counts.Sum() - before, Stopwatch.GetElapsedTime(start));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"measured {calls} {elapsed.TotalSeconds:0.000}"));

        await SiloCommand.InputEndsAsync();
        await over.CancelAsync();
        await Task.WhenAll(calling);
        await host.StopAsync();
        return 0;
    }

    // A cache line for each caller's count.
    private const int Spacing = 8;

    private static async Task CallAsync(IEchoGrain grain, byte[] bytes, long[] counts, int caller, CancellationToken over)
    {
        await Task.Yield();
        while (!over.IsCancellationRequested)
        {
            var echo = await grain.EchoAsync(bytes);
            if (echo.Length != bytes.Length)
                throw new LoadException($"{echo.Length} bytes came back of {bytes.Length}.");
            Volatile.Write(ref counts[caller * Spacing], counts[caller * Spacing] + 1);
        }
    }
}
