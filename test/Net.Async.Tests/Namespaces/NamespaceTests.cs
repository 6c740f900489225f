using Net.Async.Namespaces;
using Xunit.Abstractions;

namespace Net.Async.Tests.Namespaces;

/// <summary>Connects on the real kernel, judged by the SYNs on the wire and by ss, not by what the connector says of itself.</summary>
[Collection(nameof(TopologyFixture))]
public abstract class NamespaceTests(TopologyFixture fixture, ITestOutputHelper output) : LeakCheck
{
    protected const string Host = "host.test";

    /// <summary>Which families the client has, in this test.</summary>
    protected Mode Mode { get; set; }

    /// <summary>What the wire does beside what the labels say, in this test.</summary>
    protected WireRules Rules { get; set; } = new();

    /// <summary>Addresses of the host under test.</summary>
    protected static ZoneEntry V6(params int[] labels) => ZoneEntry.Of(Host, [.. labels.Select(Label.V6)]);

    protected static ZoneEntry V4(params int[] labels) => ZoneEntry.Of(Host, [.. labels.Select(Label.V4)]);

    protected Task<Outcome> ConnectAsync(params ZoneEntry[] zone) => PlayAsync(new Scenario { Host = Host }, zone);

    protected Task<Outcome> ConnectAsync(RaceOptions options, params ZoneEntry[] zone) => PlayAsync(new Scenario { Host = Host, Options = options }, zone);

    /// <summary>Plays a scenario. Whatever comes of it, nothing of it may be left.</summary>
    protected async Task<Outcome> PlayAsync(Scenario scenario, params ZoneEntry[] zone)
    {
        var topology = fixture.Topology;
        await topology.SetModeAsync(Mode);
        await topology.SetRulesAsync(Rules);
        await topology.SetZoneAsync(zone);
        var outcome = new Outcome(await topology.PlayAsync(scenario));
        output.WriteLine(outcome.ToString());
        outcome.LeftNothing();
        return outcome;
    }
}
