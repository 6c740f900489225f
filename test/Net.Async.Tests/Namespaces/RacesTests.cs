using Net.Async.Namespaces;
using Xunit.Abstractions;

namespace Net.Async.Tests.Namespaces;

/// <summary>Attempts beside each other: none is ended for being slow, one wins, and whatever ends the race ends all of it.</summary>
public class RacesTests(TopologyFixture fixture, ITestOutputHelper output) : NamespaceTests(fixture, output)
{
    [NamespaceFact]
    public async Task ConnectAsync_TenDeadAddresses_SixAtATimeUntilTheTimeLimit()
    {
        var outcome = await ConnectAsync(new RaceOptions { ConnectTimeout = TimeSpan.FromSeconds(2), MaxConcurrentAttempts = 6 }, V6(20, 21, 22, 23, 24), V4(20, 21, 22, 23, 24));
        outcome.Failed(ConnectionError.TimedOut);
        outcome.Took(2000);
        outcome.Started(
            (Label.V6(20), 0), (Label.V4(20), 250), (Label.V6(21), 500), (Label.V4(21), 750), (Label.V6(22), 1000), (Label.V4(22), 1250));
    }

    [NamespaceFact]
    public async Task ConnectAsync_SixDeadAddressesBeforeAGoodOne_WaitsForNoneOfThem()
    {
        var outcome = await ConnectAsync(new RaceOptions { AttemptDelay = TimeSpan.FromMilliseconds(100) }, V6(20, 21, 22, 11), V4(20, 21, 22));
        outcome.Won(Label.V6(11));
        outcome.Took(600);
    }

    [NamespaceFact]
    public async Task ConnectAsync_FirstIsSlowAndSecondDead_TheFirstWinsUndisturbed()
    {
        var outcome = await ConnectAsync(V6(57), V4(21));
        outcome.Won(Label.V6(57));
        outcome.Took(400);
        outcome.Started((Label.V6(57), 0), (Label.V4(21), 250));
        Assert.DoesNotContain(outcome.Wire.EndsOf(Label.V6(57)), end => end.At <= outcome.Round.Elapsed);
    }

    [NamespaceFact]
    public async Task ConnectAsync_BothAnswerTogether20Times_OneSocketIsLeftEachTime()
    {
        var outcome = await PlayAsync(
            new Scenario { Host = Host, Repeat = 20, Watch = 100, Options = new RaceOptions { AttemptDelay = TimeSpan.FromMilliseconds(50) } }, V6(90), V4(90));
        Assert.Equal(20, outcome.Rounds.Count);
        Assert.All(outcome.Rounds.Zip(outcome.Wires), static pair =>
        {
            Assert.Equal([Label.V6(90), Label.V4(90)], pair.Second.Starts.Select(static start => start.Address));
            var winner = Outcome.Established(pair.First);
            Assert.Equal($"OK {winner}", pair.First.Greeting);
            // The loser's end is on the wire before the winner is closed, which the watch comes before.
            var loser = winner == Label.V6(90) ? Label.V4(90) : Label.V6(90);
            Assert.Contains(pair.Second.EndsOf(loser), end => end.At < pair.First.Elapsed + 100);
        });
    }

    [NamespaceFact]
    public async Task ConnectAsync_FirstSynIsLost_TheKernelsSecondOneConnects()
    {
        var outcome = await ConnectAsync(V6(70));
        outcome.Won(Label.V6(70));
        outcome.Started((Label.V6(70), 0));
        Assert.Equal([true, false], outcome.Wire.Syns.Select(static syn => syn.Lost));
    }

    [NamespaceFact]
    public async Task ConnectAsync_CancelledDuringTheRace_EndsEveryAttempt()
    {
        var outcome = await PlayAsync(new Scenario { Host = Host, CancelAfter = 350, Watch = 1000 }, V6(21, 22), V4(21, 22));
        Assert.Equal(nameof(OperationCanceledException), outcome.Round.Error);
        outcome.Took(350);
        outcome.Started((Label.V6(21), 0), (Label.V4(21), 250));
    }

    [NamespaceFact]
    public async Task ConnectAsync_TimeLimitPasses_EndsEveryAttempt()
    {
        var outcome = await ConnectAsync(new RaceOptions { ConnectTimeout = TimeSpan.FromMilliseconds(625) }, V6(21, 22), V4(21, 22));
        outcome.Failed(ConnectionError.TimedOut);
        outcome.Took(625);
        outcome.Started((Label.V6(21), 0), (Label.V4(21), 250), (Label.V6(22), 500));
    }
}
