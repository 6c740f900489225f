namespace Net.Async.Tests.Loopback;

/// <summary>The relay with policies, as its page shows it.</summary>
public class RelaySampleTests
{
    [LinuxFact]
    public async Task SelfTest_Policies_DecideWhoIsRelayed()
    {
        await using var relay = Child.Start("dotnet", Path.Combine(AppContext.BaseDirectory, "Relay.dll"));
        var lines = await relay.Output.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(60));
        Assert.True(await relay.WaitForExitAsync() == 0, lines);
        Assert.Equal(["127.0.0.1: 6 bytes there, 6 back, in order", "allowed client: answered", "denied client: reset", "denied target: reset"], lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order());
    }

    [LinuxFact]
    public async Task Relay_Sigterm_EndsInOrder()
    {
        await using var relay = Child.Start("dotnet", Path.Combine(AppContext.BaseDirectory, "Relay.dll"), "127.0.0.1:0", "127.0.0.1:1");
        Assert.StartsWith("ready ", await relay.Output.ReadLineAsync().Soon(), StringComparison.Ordinal);
        await relay.TerminateAsync();
        Assert.Equal(0, await relay.WaitForExitAsync());
    }

    [Theory]
    [InlineData("nonsense", "8124")]
    [InlineData("8124", "8125", "10.0.0.0/99")]
    public async Task Relay_BadArguments_SaysHowAndExits2(params string[] arguments)
    {
        await using var relay = Child.Start("dotnet", [Path.Combine(AppContext.BaseDirectory, "Relay.dll"), .. arguments]);
        Assert.Equal(2, await relay.WaitForExitAsync());
    }
}
