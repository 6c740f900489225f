using System.Net;
using System.Net.Sockets;
using Xunit.Abstractions;

namespace Net.Async.Tests.Connecting;

/// <summary>The race in virtual time: every start at its exact instant.</summary>
public class ConnectRaceTests(ITestOutputHelper output)
{
    private const AddressFamily V4 = AddressFamily.InterNetwork, V6 = AddressFamily.InterNetworkV6;

    private static readonly IPAddress A1 = IPAddress.Parse("192.0.2.1"), A2 = IPAddress.Parse("192.0.2.2"), A3 = IPAddress.Parse("192.0.2.3");
    private static readonly IPAddress B1 = IPAddress.Parse("2001:db8::1"), B2 = IPAddress.Parse("2001:db8::2");

    [Fact]
    public void Start_PreferredFamilyAnswers_AtOnceAndTheNextAfterTheDelay()
    {
        var race = new Track().At(10).Answer(V6, B1, B2).At(12).Answer(V4, A1).RunTo(2000);
        Assert.Equal([(B1, 10), (A1, 260), (B2, 510)], race.Starts);
    }

    [Fact]
    public void Start_OtherFamilyAnswersFirst_WaitsTheResolutionDelay()
    {
        Assert.Equal([(B1, 40), (A1, 290)], new Track().At(10).Answer(V4, A1).At(40).Answer(V6, B1).RunTo(1000).Starts);
        Assert.Equal([(A1, 60), (B1, 310)], new Track().At(10).Answer(V4, A1).At(200).Answer(V6, B1).RunTo(1000).Starts);
        Assert.Equal([(A1, 60)], new Track().At(10).Answer(V4, A1).RunTo(1000).Starts);
    }

    [Fact]
    public void Start_PreferredFamilyHasNone_OpensAtOnce()
    {
        Assert.Equal([(A1, 20)], new Track().At(10).Answer(V4, A1).At(20).Answer(V6).RunTo(1000).Starts);
        Assert.Equal([(A1, 20)], new Track().At(10).Answer(V6).At(20).Answer(V4, A1).RunTo(1000).Starts);
    }

    [Fact]
    public void Start_PreferredAddressThatMaySortBehind_WaitsForTheOtherFamily()
    {
        Assert.Equal([(B1, 60)], new Track(canGoFirst: false).At(10).Answer(V6, B1).RunTo(1000).Starts);
        Assert.Equal([(B1, 30)], new Track(canGoFirst: false).At(10).Answer(V6, B1).At(30).Answer(V4).RunTo(1000).Starts);
    }

    [Fact]
    public void Failure_OfTheNewest_StartsTheNextNotWithin10Milliseconds()
    {
        Assert.Equal([(A1, 10), (A2, 20)], new Track().At(0).Answer(V6).At(10).Answer(V4, A1, A2).At(13).Fail(0).RunTo(1000).Starts);
        Assert.Equal([(A1, 10), (A2, 100)], new Track().At(0).Answer(V6).At(10).Answer(V4, A1, A2).At(100).Fail(0).RunTo(1000).Starts);
        Assert.Equal([(A1, 10), (A2, 13)], new Track().At(0).Answer(V6).At(10).Answer(V4, A1, A2).At(13).Fail(0, local: true).RunTo(1000).Starts);
    }

    [Fact]
    public void Failure_OfAnOlderOne_ChangesNothing() =>
        Assert.Equal([(A1, 0), (A2, 250), (A3, 500)], new Track().At(0).Answer(V6).At(0).Answer(V4, A1, A2, A3).At(300).Fail(0).RunTo(2000).Starts);

    [Fact]
    public void Reached_TheNewest_GivesItOneMoreDelay()
    {
        var race = new Track().At(0).Answer(V6).At(0).Answer(V4, A1, A2, A3).RunTo(50);
        race.Race.OnReached(0, TimeSpan.FromMilliseconds(50));
        Assert.Equal([(A1, 0), (A2, 300), (A3, 550)], race.RunTo(2000).Starts);
        // An older one, and one that has ended, change nothing.
        race = new Track().At(0).Answer(V6).At(0).Answer(V4, A1, A2, A3).RunTo(300);
        race.Race.OnReached(0, TimeSpan.FromMilliseconds(300));
        Assert.Equal([(A1, 0), (A2, 250), (A3, 500)], race.RunTo(2000).Starts);
    }

    [Fact]
    public void Silence_NeverEndsAnAttempt_TheFirstMayStillWin()
    {
        var race = new Track().At(0).Answer(V6, B1).At(0).Answer(V4, A1).RunTo(400);
        Assert.True(race.Race.OnConnected(0));
        race.Drain();
        Assert.Equal(RaceOutcome.Won, race.Race.Outcome);
        Assert.Equal([1], race.Cancelled);
        Assert.Equal([0], race.Slow);
        Assert.Null(race.Race.WakeAt);
        // The second one came at the same moment: it has lost.
        Assert.False(race.Race.OnConnected(1));
        Assert.Equal(0, race.Race.Winner);
    }

    [Fact]
    public void LateAnswer_JoinsTheRace_AndTakesADueSlotAtOnce()
    {
        // The timer of the first attempt continues as it was.
        Assert.Equal([(A1, 60), (B1, 310), (A2, 560)], new Track().At(10).Answer(V4, A1, A2).At(150).Answer(V6, B1).RunTo(2000).Starts);
        // Nothing was left to try at 310: what comes later starts when it comes.
        Assert.Equal([(A1, 60), (B1, 700)], new Track().At(10).Answer(V4, A1).At(700).Answer(V6, B1).RunTo(2000).Starts);
        // Everything has failed: it waits for the look-up that is still out.
        var race = new Track().At(10).Answer(V4, A1).At(100).Fail(0).RunTo(500);
        Assert.Equal(RaceOutcome.Running, race.Race.Outcome);
        Assert.Equal([(A1, 60), (B1, 500)], race.Answer(V6, B1).RunTo(2000).Starts);
    }

    [Fact]
    public void Failed_NothingLeftAndNothingAsked_Ends()
    {
        Assert.Equal(RaceOutcome.Failed, new Track().At(0).Answer(V6).At(5).Answer(V4).Race.Outcome);
        Assert.Equal(RaceOutcome.Failed, new Track().At(0).Answer(V6).At(0).Answer(V4, A1).At(7).Fail(0).Race.Outcome);
    }

    [Fact]
    public void MaxConcurrentAttempts_Reached_StopsStartingAndKillsNobody()
    {
        var race = new Track(most: 2).At(0).Answer(V6).At(0).Answer(V4, A1, A2, A3).RunTo(5000);
        Assert.Equal([(A1, 0), (A2, 250)], race.Starts);
        Assert.Empty(race.Cancelled);
        Assert.Null(race.Race.WakeAt);
        Assert.Equal([(A1, 0), (A2, 250), (A3, 5000)], race.Fail(0).RunTo(6000).Starts);
    }

    [Fact]
    public void Answer_DoubleAddresses_CountOnce()
    {
        var race = new Track().At(0).Answer(V6, B1, B1).At(0).Answer(V4, A1, A1).RunTo(5000);
        Assert.Equal([(B1, 0), (A1, 250)], race.Starts);
    }

    [Fact]
    public void Ask_BothFamilies_AtOnceThePreferredFirst() => Assert.Equal([V6, V4], new Track().Asked);

    [Fact]
    public void Ask_FamilyWithoutARoute_OnlyWhenTheOtherHasNoAddress()
    {
        var race = new Track(atOnce: [V4], reserve: [V6]);
        Assert.Equal([V4], race.Asked);
        Assert.Equal([(A1, 10)], race.At(10).Answer(V4, A1).RunTo(1000).Starts);
        Assert.Equal([V4], race.Asked);
        race = new Track(atOnce: [V4], reserve: [V6]).At(10).Answer(V4);
        Assert.Equal([V4, V6], race.Asked);
        Assert.Equal(RaceOutcome.Running, race.Race.Outcome);
        Assert.Equal([(B1, 20)], race.At(20).Answer(V6, B1).RunTo(1000).Starts);
        Assert.Equal(RaceOutcome.Failed, new Track(atOnce: [V4], reserve: [V6]).Answer(V4).Answer(V6).Race.Outcome);
        // Also when none of the other's addresses answers.
        race = new Track(atOnce: [V4], reserve: [V6]).At(0).Answer(V4, A1).At(30).Fail(0);
        Assert.Equal([V4, V6], race.Asked);
        Assert.Equal([(A1, 0), (B1, 40)], race.At(40).Answer(V6, B1).RunTo(1000).Starts);
    }

    [Fact]
    public void Start_WaitsForAllAnswers_NothingBeforeTheLast()
    {
        var race = new Track(waitsForAll: true).At(10).Answer(V6, B1).RunTo(5000);
        Assert.Empty(race.Starts);
        Assert.Null(race.Race.WakeAt);
        Assert.Equal([(B1, 5000), (A1, 5250)], race.Answer(V4, A1).RunTo(9000).Starts);
    }

    [Fact]
    public void Changed_Answer_DropsWhatHasNotStartedAndKeepsWhatRuns()
    {
        var race = new Track().At(0).Answer(V6).At(0).Answer(V4, A1, A2).RunTo(100);
        race.Race.OnChanged(V4, [A3], TimeSpan.FromMilliseconds(100));
        Assert.Equal([(A1, 0), (A3, 250)], race.Drain().RunTo(2000).Starts);
        Assert.Empty(race.Cancelled);
    }

    [Fact]
    public void AttemptDelay_OfTheAttemptJustStarted_DecidesTheNext() =>
        Assert.Equal([(A1, 0), (A2, 100), (A3, 600)],
            new Track(delayOf: address => address.Equals(A1) ? 100 : 500).At(0).Answer(V6).At(0).Answer(V4, A1, A2, A3).RunTo(2000).Starts);

    [Fact]
    public void Reached_AfterALongHandshake_WaitsThreeRoundTrips()
    {
        var race = new Track().At(0).Answer(V6).At(0).Answer(V4, A1, A2).RunTo(200);
        race.Race.OnReached(0, TimeSpan.FromMilliseconds(200));
        Assert.Equal([(A1, 0), (A2, 800)], race.RunTo(2000).Starts);
    }

    [Fact]
    public void Start_EachReason_IsTold()
    {
        var race = new Track().At(10).Answer(V4, A1, A2, A3).RunTo(310).At(400).Fail(1).RunTo(500);
        Assert.Equal([RaceReason.ResolutionDelay, RaceReason.AttemptDelay, RaceReason.Failure], race.Reasons);
        Assert.Equal([(A1, 60), (A2, 310), (A3, 400)], race.Starts);
        Assert.Equal([RaceReason.Answer], new Track().At(10).Answer(V6, B1).Reasons);
        // The newest had failed: no attempt was slow but the first.
        Assert.Equal([0], race.Slow);
    }

    [Fact]
    public void Sequential_OneAtATime_OnlyAFailureStartsTheNext()
    {
        var race = new Track(most: 1).At(0).Answer(V6).At(0).Answer(V4, A1, A2).RunTo(60_000);
        Assert.Equal([(A1, 0)], race.Starts);
        Assert.Null(race.Race.WakeAt);
        Assert.Equal([(A1, 0), (A2, 60_000)], race.Fail(0).RunTo(70_000).Starts);
    }

    [Fact]
    public void Cancel_BeforeAnythingWasDone_AsksNobody()
    {
        var race = new ConnectRace(new RaceSettings
        {
            Families = [V6, V4],
            PreferredFamily = V6,
            ResolutionDelay = TimeSpan.Zero,
            AttemptDelayOf = _ => TimeSpan.FromSeconds(1),
            MaxConcurrentAttempts = 6,
            MaxAddresses = 64,
            Order = addresses => addresses,
            CanGoFirst = _ => true,
        });
        race.Cancel();
        Assert.False(race.TryTake(out _));
    }

    [Fact]
    public void MaxAddresses_KeepsSomeOfBothFamilies()
    {
        var many = Enumerable.Range(1, 10_000).Select(i => new IPAddress(new byte[] { 10, 0, (byte)(i >> 8), (byte)i })).ToArray();
        var race = new Track(most: 64, addresses: 4).At(0).Answer(V4, many).At(1).Answer(V6, B1, B2).RunTo(60_000);
        Assert.Equal(4, race.Starts.Count);
        Assert.Equal(2, race.Starts.Count(start => start.Address.AddressFamily == V6));
    }

    [Fact]
    public void Cancel_EndsEveryAttempt_AndTakesNoMoreAnswers()
    {
        var race = new Track().At(0).Answer(V4, A1, A2).RunTo(400);
        race.Race.Cancel();
        race.Drain();
        Assert.Equal([0, 1], race.Cancelled);
        Assert.Equal([(A1, 50), (A2, 300)], race.Answer(V6, B1).RunTo(5000).Starts);
        Assert.Equal(RaceOutcome.Cancelled, race.Race.Outcome);
    }

    [Fact]
    public void AnyInputs_KeepTheRules()
    {
        var random = Seed.Start(output);
        for (var round = 0; round < 3000; round++)
            Play(random, round);
    }

    private static void Play(Random random, int round)
    {
        var race = new Track(most: random.Next(1, 5));
        IPAddress[] v4 = [.. Enumerable.Range(1, random.Next(5)).Select(i => new IPAddress(new byte[] { 192, 0, 2, (byte)i }))];
        IPAddress[] v6 = [.. Enumerable.Range(1, random.Next(5)).Select(i => IPAddress.Parse($"2001:db8::{i}"))];
        var (at4, at6, failed) = (random.Next(400), random.Next(400), new HashSet<int>());
        for (var now = 0; now < 8000; now += random.Next(1, 20))
        {
            race.RunTo(now);
            if (now >= at4)
                race.Answer(V4, v4);
            if (now >= at6)
                race.Answer(V6, v6);
            var attempt = random.Next(8);
            if (attempt < race.Starts.Count && random.Next(6) == 0 && failed.Add(attempt))
                race.Fail(attempt);
        }

        race.RunTo(20_000);
        Assert.Equal(race.Starts.Count, race.Starts.Select(start => start.Address).Distinct().Count());
        Assert.All(race.Starts.Zip(race.Starts.Skip(1)), pair => Assert.True(pair.Second.At - pair.First.At >= 10, $"round {round}: starts {pair.Second.At - pair.First.At} ms apart"));
        if (failed.Count == race.Starts.Count)
            Assert.True(race.Race.Outcome == RaceOutcome.Failed && race.Starts.Count == v4.Length + v6.Length, $"round {round}: everything has failed, and the race continues");
        else
            Assert.True(race.Race.Outcome == RaceOutcome.Running, $"round {round}: an attempt runs, and the race has ended");
    }

    /// <summary>A race with its clock in whole milliseconds; the timer fires when the race asked for it.</summary>
    private sealed class Track
    {
        private int _now;

        public Track(int most = 6, bool canGoFirst = true, int addresses = 64, bool waitsForAll = false, AddressFamily[]? atOnce = null, AddressFamily[]? reserve = null, Func<IPAddress, int>? delayOf = null)
        {
            // The first of IPv6, then in turn: what the real order does with these.
            var order = new DestinationOrder(address => address.AddressFamily == V6 ? IPAddress.Parse("2001:db8::ffff") : IPAddress.Parse("192.0.2.99"), V6, 1, AddressPolicyTable.Default);
            Race = new ConnectRace(new RaceSettings
            {
                Families = atOnce ?? [V6, V4],
                Reserve = reserve ?? [],
                PreferredFamily = V6,
                ResolutionDelay = Ms(50),
                AttemptDelayOf = address => Ms(delayOf?.Invoke(address) ?? 250),
                MaxConcurrentAttempts = most,
                MaxAddresses = addresses,
                WaitsForAllAnswers = waitsForAll,
                Order = order.Of,
                CanGoFirst = _ => canGoFirst,
            });
            Drain();
        }

        public ConnectRace Race { get; }

        public List<(IPAddress Address, int At)> Starts { get; } = [];

        public List<AddressFamily> Asked { get; } = [];

        public List<RaceReason> Reasons { get; } = [];

        public List<int> Cancelled { get; } = [];

        public List<int> Slow { get; } = [];

        public Track At(int now) => RunTo(now);

        public Track RunTo(int now)
        {
            while (Race.WakeAt is { } at && at <= Ms(now))
            {
                _now = Math.Max(_now, (int)at.TotalMilliseconds);
                Race.OnTimer(Ms(_now));
                Drain();
            }

            _now = now;
            return this;
        }

        public Track Answer(AddressFamily family, params IPAddress[] addresses)
        {
            Race.OnAnswer(family, addresses, Ms(_now));
            return Drain();
        }

        public Track Fail(int attempt, bool local = false)
        {
            Race.OnFailed(attempt, local, Ms(_now));
            return Drain();
        }

        public Track Drain()
        {
            while (Race.TryTake(out var command))
            {
                switch (command.Action)
                {
                    case RaceAction.Resolve:
                        Asked.Add(command.Family);
                        break;
                    case RaceAction.Start:
                        Starts.Add((command.Address!, _now));
                        Reasons.Add(command.Reason);
                        break;
                    default:
                        (command.Action == RaceAction.DelayElapsed ? Slow : Cancelled).Add(command.Attempt);
                        break;
                }
            }

            return this;
        }

        private static TimeSpan Ms(int milliseconds) => TimeSpan.FromMilliseconds(milliseconds);
    }
}
