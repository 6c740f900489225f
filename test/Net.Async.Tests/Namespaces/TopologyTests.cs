using Net.Async.Namespaces;
using Xunit.Abstractions;

namespace Net.Async.Tests.Namespaces;

/// <summary>What the other tests rely on without looking: the wire's rules, and long answers of the name server.</summary>
public class TopologyTests(TopologyFixture fixture, ITestOutputHelper output) : NamespaceTests(fixture, output)
{
    [NamespaceFact]
    public async Task SetRulesAsync_OneAddress_IsSlowAndLosesASyn()
    {
        Rules = new WireRules
        {
            RoundTrip = new Dictionary<string, int> { [Label.V6(11)] = 150 },
            LostSyns = new Dictionary<string, int> { [Label.V6(11)] = 1 },
        };
        var outcome = await ConnectAsync(V6(11));
        outcome.Won(Label.V6(11));
        Assert.Equal([true, false], outcome.Wire.Syns.Select(static syn => syn.Lost));
        Assert.True(outcome.Round.Elapsed >= outcome.Wire.Syns.Last().At + 150);
    }

    [NamespaceFact]
    public async Task SetZoneAsync_MoreAddressesThanADatagramHolds_ComeOverTcp()
    {
        var outcome = await ConnectAsync(V6([11, .. Enumerable.Range(50, 20)]));
        outcome.Won(Label.V6(11));
        Assert.Contains(outcome.QuestionsAbout(Host), static asked => asked.OverTcp);
    }
}
