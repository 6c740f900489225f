namespace Net.Async.Tests;

/// <summary>Everything that Node's <c>net</c> has works here, or is refused for a reason: <c>docs/node-net.md</c> is true.</summary>
public class NodeNetTests
{
    private const string Snapshot = """
        sealed class Net.Async.Pump : Machine
            Pump()
            int Speed { get; set; }

        abstract class Net.Async.Machine
            Task StartAsync(TimeSpan? delay = null)
            Task<T> RunAsync<T>(Func<T> work)

        enum Net.Async.Gear
            First = 1

        static class Net.Async.Pumping
            extension(Machine machine)
                static Task<Machine> MakeAsync(int size = 3)
            static Task OilAsync(this Machine machine)
        """;

    private static readonly ApiNames s_api = new([Snapshot]);

    [Fact]
    public void Page_EveryRow_IsTrue() => Assert.Equal("", string.Join('\n', NodeNetPage.OfTheRepository().Problems()));

    [Theory]
    [InlineData("Pump")]
    [InlineData("Pump.Speed")]
    [InlineData("Pump.StartAsync")]
    [InlineData("Machine.RunAsync")]
    [InlineData("Machine.MakeAsync")]
    [InlineData("Pumping.MakeAsync")]
    [InlineData("Machine.OilAsync")]
    [InlineData("Gear.First")]
    [InlineData("Output.CompleteAsync")]
    public void ApiNames_PublicOne_IsFound(string name) => Assert.True(s_api.Has(name));

    [Theory]
    [InlineData("Pumps")]
    [InlineData("Pump.Stop")]
    [InlineData("Machine.Speed")]
    [InlineData("Gear.Second")]
    [InlineData("Output.Read")]
    [InlineData("Speed")]
    public void ApiNames_AnythingElse_IsNotFound(string name) => Assert.False(s_api.Has(name));

    [Theory]
    [InlineData("| `net.a` | `Pump` | — | `Tests.Runs` |", null)]
    [InlineData("| plain name, `net.a` | `Pump` | — | `Tests.Runs` |", null)]
    [InlineData("| `net.a` | `Pump` | — | `Tests.Gone` |", "there is no test Tests.Gone")]
    [InlineData("| `net.a` | `Pump` | — | `Tests.Runs`, `Tests.Gone` |", "there is no test Tests.Gone")]
    [InlineData("| `net.a` | `Pump` | — | |", "names no test")]
    [InlineData("| `net.a` | `Pump` | — | none: nothing to run |", "has no test, and could have one")]
    [InlineData("| `net.a` | `Pumps` | — | `Tests.Runs` |", "Pumps is not public here")]
    [InlineData("| `net.a` | `Pump` | | `Tests.Runs` |", "neither the same")]
    [InlineData("| `net.a` | `Pump` | `Tests.Runs` |", "3 columns")]
    [InlineData("| `net.b` | `Pump` | — | `Tests.Runs` |", "net.a: there is no row")]
    [InlineData("| `net.a`, `net.b` | `Pump` | — | `Tests.Runs` |", "net.b: not in the list")]
    [InlineData("", "net.a: there is no row")]
    public void Problems_MadeUpRow_AreFound(string row, string? problem)
    {
        var page = new NodeNetPage($"| Node | here | where | test |\n|---|---|---|---|\n{row}\n", ["net.a"], s_api, new HashSet<string> { "Tests.Runs" });

        var problems = string.Join('\n', page.Problems());
        if (problem is null)
            Assert.Empty(problems);
        else
            Assert.Contains(problem, problems, StringComparison.Ordinal);
    }
}
