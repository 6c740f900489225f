using Net.Async.Tests.Loopback;
using Xunit.Abstractions;

namespace Net.Async.Tests;

/// <summary>The sample of three processes, as a newcomer runs it.</summary>
public sealed class SampleTests(ITestOutputHelper output)
{
    [Fact]
    public async Task OrleansCluster_ASiloIsKilled_EveryCallHasHappened()
    {
        await using var play = Child.Start("dotnet", Path.Combine(AppContext.BaseDirectory, "OrleansCluster.dll"), "--calls", "40000");

        var said = await play.Output.ReadToEndAsync().WaitAsync(TimeSpan.FromMinutes(3));

        output.WriteLine(said);
        Assert.True(await play.WaitForExitAsync() == 0, said);
        Assert.Matches(@"(?s)killed +the second silo, after 20000 calls\n.*40000, 40000 recorded, \d+ of them twice, 40000 counted by the grains\n.*stopped ", said);
    }
}
