using Net.Async.Namespaces;
using Xunit.Abstractions;

namespace Net.Async.Tests.Namespaces;

/// <summary>More than a connect: TLS that is part of the race, and HttpClient over it.</summary>
public class EstablishingTests(TopologyFixture fixture, ITestOutputHelper output) : NamespaceTests(fixture, output)
{
    [NamespaceFact]
    public async Task ConnectAsync_TlsStallsOnIPv6_IPv4WinsAndTheStalledOneIsClosed()
    {
        var outcome = await PlayAsync(new Scenario { Host = Host, Action = ScenarioAction.Tls, Port = ServicePort.Tls }, V6(Label.StallsInTls), V4(11));
        outcome.Won(Label.V4(11));
        outcome.Started((Label.V6(Label.StallsInTls), 0), (Label.V4(11), 250));
        Assert.NotEmpty(outcome.Wire.EndsOf(Label.V6(Label.StallsInTls)));
        Assert.Equal(["accepted", "reset"], outcome.NotedBy(Label.V6(Label.StallsInTls)));
    }

    [NamespaceFact]
    public async Task UseConnector_IPv6IsABlackHole_RespondsWithin400MillisecondsWhereHttpClientAloneFailsAfter2Seconds()
    {
        var scenario = new Scenario { Host = Host, Action = ScenarioAction.Http, Port = ServicePort.Http };
        var with = await PlayAsync(scenario, V6(21), V4(11));
        with.Won(Label.V4(11));
        with.Started((Label.V6(21), 0), (Label.V4(11), 250));
        Assert.InRange(with.Round.Elapsed, 250, 400);

        var without = await PlayAsync(scenario with { Action = ScenarioAction.HttpWithoutConnector }, V6(21), V4(11));
        Assert.NotNull(without.Round.Error);
        without.Took(2000);
        without.Started((Label.V6(21), 0));
    }
}
