using System.Net.Sockets;
using Net.Async.Namespaces;
using Xunit.Abstractions;

namespace Net.Async.Tests.Namespaces;

/// <summary>What a family's answer that is late, empty, bad or missing costs; the system's resolver asks.</summary>
public class LookUpsTests(TopologyFixture fixture, ITestOutputHelper output) : NamespaceTests(fixture, output)
{
    // So long that "at once" and "after it" cannot be mistaken for each other.
    private static readonly RaceOptions s_patient = new() { ResolutionDelay = TimeSpan.FromSeconds(1) };

    [NamespaceFact]
    public async Task ConnectAsync_IPv6AnswerLateWithinTheResolutionDelay_IsWaitedForAndGoesFirst()
    {
        var outcome = await ConnectAsync(s_patient, V6(11) with { Delay = 300 }, V4(11));
        outcome.Won(Label.V6(11));
        outcome.Started((Label.V6(11), 300));
    }

    [NamespaceFact]
    public async Task ConnectAsync_IPv6AnswerLaterThanTheResolutionDelay_IPv4GoesFirst()
    {
        var outcome = await ConnectAsync(V6(11) with { Delay = 500 }, V4(11));
        outcome.Won(Label.V4(11));
        outcome.Started((Label.V4(11), 50));
    }

    [NamespaceFact]
    public async Task ConnectAsync_IPv6AnswerComesDuringTheRace_JoinsIt()
    {
        var outcome = await ConnectAsync(V6(11) with { Delay = 150 }, V4(21));
        outcome.Won(Label.V6(11));
        outcome.Started((Label.V4(21), 50), (Label.V6(11), 300));
    }

    [NamespaceFact]
    public async Task ConnectAsync_IPv6QuestionUnanswered_IPv4WinsAfterTheResolutionDelay()
    {
        var outcome = await ConnectAsync(V6(11) with { Unanswered = true }, V4(11));
        outcome.Won(Label.V4(11));
        outcome.Started((Label.V4(11), 50));
    }

    [NamespaceFact]
    public async Task ConnectAsync_HostHasNoIPv6_IPv4WinsAtOnce()
    {
        var outcome = await ConnectAsync(s_patient, V4(11));
        outcome.Won(Label.V4(11));
        outcome.Started((Label.V4(11), 0));
        Assert.Equal([AddressFamily.InterNetwork, AddressFamily.InterNetworkV6], outcome.AskedFor(Host));
    }

    [NamespaceFact]
    public async Task ConnectAsync_IPv6QuestionFailsAtTheServer_IPv4WinsAtOnce()
    {
        var outcome = await ConnectAsync(s_patient, V6(11) with { Code = ZoneEntry.ServerFailure }, V4(11));
        outcome.Won(Label.V4(11));
        outcome.Started((Label.V4(11), 0));
    }

    [NamespaceFact]
    public async Task ConnectAsync_IPv4QuestionUnanswered_IPv6WinsAtOnce()
    {
        var outcome = await ConnectAsync(V6(11), V4(11) with { Unanswered = true });
        outcome.Won(Label.V6(11));
        outcome.Started((Label.V6(11), 0));
    }

    [NamespaceFact]
    public async Task ConnectAsync_HostDoesNotExist_SaysSoAndSendsNothing()
    {
        var outcome = await PlayAsync(new Scenario { Host = Host });
        outcome.Failed(ConnectionError.HostNotFound);
        outcome.Started();
    }

    [NamespaceFact]
    public async Task ConnectAsync_CancelledDuringTheLookUp_ReturnsAndSendsNothingLater()
    {
        var outcome = await PlayAsync(new Scenario { Host = Host, CancelAfter = 100, Watch = 700 }, V6(11) with { Delay = 400 });
        Assert.Equal(nameof(OperationCanceledException), outcome.Round.Error);
        outcome.Took(100);
        outcome.Started();
        Assert.Equal([AddressFamily.InterNetwork, AddressFamily.InterNetworkV6], outcome.AskedFor(Host));
    }

    // getaddrinfo blocks; it must not sit on the few threads that timers and answers need.
    [NamespaceFact]
    public async Task ConnectAsync_IPv6QuestionUnansweredOnOneCore_IPv4WinsAfterTheResolutionDelay()
    {
        var outcome = await PlayAsync(new Scenario { Host = Host, Cores = 1 }, V6(11) with { Unanswered = true }, V4(11));
        outcome.Won(Label.V4(11));
        outcome.Started((Label.V4(11), 50));
    }

    [NamespaceFact]
    public async Task ConnectAsync_CancelledDuringBothLookUpsOnOneCore_ReturnsAndSendsNothingLater()
    {
        var outcome = await PlayAsync(
            new Scenario { Host = Host, Cores = 1, CancelAfter = 100, Watch = 700 }, V6(11) with { Delay = 400 }, V4(11) with { Delay = 400 });
        Assert.Equal(nameof(OperationCanceledException), outcome.Round.Error);
        outcome.Took(100);
        outcome.Started();
    }
}
