using Net.Async;

namespace Takeover;

/// <summary>Version 1 serves, version 2 takes over, the clients go on.</summary>
internal static class Play
{
    private static readonly TimeSpan s_act = TimeSpan.FromSeconds(1);

    public static async Task<int> RunAsync()
    {
        var control = $"unix:@net-async-takeover-{Environment.ProcessId}";
        await using var first = await VersionProcess.StartAsync("serve", "v1", control);
        var clients = new Clients(NetEndPoint.Parse(first.EndPoint));
        using var stop = new CancellationTokenSource();
        var asking = clients.RunAsync(stop.Token);
        await Task.Delay(s_act);

        await using var second = await VersionProcess.StartAsync("take", "v2", control);
        // The first one finishes the connections that it has, and ends.
        var one = await first.EndedAsync();
        await Task.Delay(s_act);
        await stop.CancelAsync();
        await asking;
        second.End();
        var two = await second.EndedAsync();

        Console.WriteLine($"{"version",-9}{"connections",13}{"requests",10}{"answers",9}");
        Console.WriteLine($"{"v1",-9}{one.Connections,13}{one.Requests,10}{clients.AnswersOf("v1"),9}");
        Console.WriteLine($"{"v2",-9}{two.Connections,13}{two.Requests,10}{clients.AnswersOf("v2"),9}");
        Console.WriteLine($"failed requests: {clients.Failures.Count}");
        foreach (var failure in clients.Failures.Take(3))
            Console.Error.WriteLine(failure);
        var served = clients.AnswersOf("v1") > 0 && clients.AnswersOf("v2") > 0;
        return served && clients.Failures.IsEmpty && !one.Failed && !two.Failed ? 0 : 1;
    }
}
