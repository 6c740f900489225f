using Net.Async.Namespaces;
using Xunit.Abstractions;

namespace Net.Async.Tests.Namespaces;

/// <summary>What one family's trouble costs when the other one is well.</summary>
public class FamiliesTests(TopologyFixture fixture, ITestOutputHelper output) : NamespaceTests(fixture, output)
{
    [NamespaceFact]
    public async Task ConnectAsync_BothFamiliesWell_IPv6WinsWithOneSyn()
    {
        var outcome = await ConnectAsync(V6(11), V4(11));
        outcome.Won(Label.V6(11));
        outcome.Started((Label.V6(11), 0));
    }

    [NamespaceFact]
    public async Task ConnectAsync_IPv6IsABlackHole_IPv4WinsAfterTheAttemptDelay()
    {
        var outcome = await ConnectAsync(V6(21), V4(11));
        outcome.Won(Label.V4(11));
        outcome.Started((Label.V6(21), 0), (Label.V4(11), 250));
    }

    [NamespaceFact]
    public async Task ConnectAsync_IPv6Resets_IPv4FollowsAtOnceButNotWithin10Milliseconds()
    {
        const int Rounds = 11;
        var outcome = await PlayAsync(new Scenario { Host = Host, Repeat = Rounds, Watch = 50 }, V6(31), V4(11));
        Assert.All(outcome.Rounds, static round => Assert.Equal(Label.V4(11), Outcome.Established(round)));
        Assert.All(outcome.Wires, static wire => Assert.Equal([Label.V6(31), Label.V4(11)], wire.Starts.Select(static start => start.Address)));
        Assert.All(outcome.Wires, static wire => Assert.InRange(wire.Starts[1].At, 10, 10 + Outcome.Slack));
        // A first SYN that a busy machine lets out late makes a single gap look shorter than it was meant to be.
        var gaps = outcome.Wires.Select(static wire => wire.Starts[1].At - wire.Starts[0].At).Order().ToList();
        Assert.InRange(gaps[Rounds / 2], 10, 50);
    }

    [NamespaceFact]
    public async Task ConnectAsync_IPv6ResetsLate_IPv4FollowsAtOnce()
    {
        var outcome = await ConnectAsync(V6(61), V4(11));
        outcome.Won(Label.V4(11));
        outcome.Started((Label.V6(61), 0), (Label.V4(11), 100));
    }

    [NamespaceFact]
    public async Task ConnectAsync_IPv6IsUnreachable_IPv4FollowsAtOnce()
    {
        var outcome = await ConnectAsync(V6(41), V4(11));
        outcome.Won(Label.V4(11));
        outcome.Started((Label.V6(41), 0), (Label.V4(11), 10));
    }

    [NamespaceFact]
    public async Task ConnectAsync_IPv6IsProhibited_IPv4FollowsAtOnce()
    {
        var outcome = await ConnectAsync(V6(46), V4(11));
        outcome.Won(Label.V4(11));
        outcome.Started((Label.V6(46), 0), (Label.V4(11), 10));
    }

    [NamespaceFact]
    public async Task ConnectAsync_NoRouteToIPv6_IPv4GoesFirstAndNothingElseIsSent()
    {
        var outcome = await ConnectAsync(V6(81), V4(11));
        outcome.Won(Label.V4(11));
        outcome.Started((Label.V4(11), 0));
    }

    [NamespaceFact]
    public async Task ConnectAsync_NoRouteToTheOthers_TheyCostNothingAndAreNamed()
    {
        var delay = TimeSpan.FromSeconds(2);
        var outcome = await ConnectAsync(new RaceOptions { AttemptDelay = delay }, V6(81, 82, 85, 88), V4(31, 83));
        outcome.Failed(ConnectionError.Refused);
        outcome.Started((Label.V4(31), 0));
        // Not one delay was waited for.
        Assert.InRange(outcome.Round.Elapsed, 0, delay.TotalMilliseconds / 2);
        Assert.Equal(6, outcome.Round.Attempts.Count);
        Assert.Equal(3, outcome.Round.Attempts.Count(static attempt => attempt.Error == nameof(ConnectionError.HostUnreachable)));
    }

    [NamespaceFact]
    public async Task ConnectAsync_UniqueLocalAddressWithoutASourceOfItsKind_IPv4GoesFirst()
    {
        var outcome = await ConnectAsync(ZoneEntry.Of(Host, Label.Ula(11)), V4(11));
        outcome.Won(Label.V4(11));
        outcome.Started((Label.V4(11), 0));
    }

    [NamespaceFact]
    public async Task ConnectAsync_ClientHasIPv4Only_OnlyIPv4IsTried()
    {
        Mode = Mode.V4Only;
        var outcome = await ConnectAsync(V6(11), V4(11));
        outcome.Won(Label.V4(11));
        outcome.Started((Label.V4(11), 0));
    }

    [NamespaceFact]
    public async Task ConnectAsync_ClientHasIPv6Only_OnlyIPv6IsTried()
    {
        Mode = Mode.V6Only;
        var outcome = await ConnectAsync(V6(11), V4(11));
        outcome.Won(Label.V6(11));
        outcome.Started((Label.V6(11), 0));
    }
}
