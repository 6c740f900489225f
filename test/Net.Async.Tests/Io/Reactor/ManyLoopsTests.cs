using Net.Async.Tests.Contract;
using Net.Async.Tests.Loopback;

namespace Net.Async.Tests.Io.Reactor;

/// <summary>More loops than this machine would have by itself: in a process of their own, since a process has its loops once.</summary>
public class ManyLoopsTests : LeakCheck
{
    private const int Loops = 80;

    [ReactorFact]
    public async Task Stall_WithMoreLoopsThanSpares_LeavesThemInline()
    {
        await using var child = Child.Start("env", $"NET_ASYNC_LOOPS={Loops}", "dotnet", typeof(ManyLoopsTests).Assembly.Location, "stall-many-loops");
        Assert.Equal($"{Loops} loops, scarce False, after a stall False", await child.Output.ReadLineAsync().Soon());
        Assert.Equal(0, await child.WaitForExitAsync());
    }

    [ReactorFact]
    public async Task Loops_MoreThanThereAreDescriptors_AreClosedAndTheManagedEngineServes()
    {
        await using var server = Child.StartLimited(200, "env", "NET_ASYNC_LOOPS=1000", "dotnet", Path.Combine(AppContext.BaseDirectory, "Echo.dll"), "--listen", "127.0.0.1:0");
        var end = (await server.Output.ReadLineAsync().Soon())!["ready ".Length..];
        await using var client = await Connection.ConnectAsync(end);
        await client.Output.WriteAsync(new byte[] { 1 });
        Assert.Equal([1], await client.Input.ReadExactlyAsync(1));
        Assert.InRange(Directory.GetFiles($"/proc/{server.Id}/fd").Length, 1, 100);
    }

    /// <summary>In the process that has them.</summary>
    internal static async Task PlayAsync()
    {
        using var enough = new ManualResetEventSlim();
        await using var house = new EngineTestServer(new ReactorEngine(), connection =>
        {
            enough.Wait();
            return Task.CompletedTask;
        });
        var says = $"{ReactorLoops.Count} loops, scarce {SpareThreads.IsExhausted}";
        using var client = house.Dial();
        await Eventually.IsAsync(static () => LoopMonitor.Current.Takeovers > 0, "no handler stalled");
        Console.WriteLine($"{says}, after a stall {SpareThreads.IsExhausted}");
        enough.Set();
    }
}
