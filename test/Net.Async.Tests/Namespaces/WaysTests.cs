using Net.Async.Namespaces;
using Xunit.Abstractions;

namespace Net.Async.Tests.Namespaces;

/// <summary>The caller's own rules on the wire: through a translator, from an address of one's own, under a policy, one at a time.</summary>
public class WaysTests(TopologyFixture fixture, ITestOutputHelper output) : NamespaceTests(fixture, output)
{
    private const string Client4 = "192.0.2.3", Client6 = "2001:db8:0:1::3";

    [NamespaceFact]
    public async Task ConnectAsync_OnlyIPv6AndAnIPv4OnlyName_GoesThroughTheTranslator()
    {
        Mode = Mode.V6Only;
        var outcome = await ConnectAsync(V4(11));
        outcome.Won(Label.Nat64(11));
        outcome.Started((Label.Nat64(11), 0));
    }

    [NamespaceFact]
    public async Task ConnectAsync_OnlyIPv6AndAnIPv4Literal_GoesThroughTheTranslator()
    {
        Mode = Mode.V6Only;
        var outcome = await PlayAsync(new Scenario { Host = Label.V4(11) });
        outcome.Won(Label.Nat64(11));
        outcome.Started((Label.Nat64(11), 0));
    }

    [NamespaceFact]
    public async Task ConnectAsync_OnlyIPv6AndAConfiguredPrefix_AsksForNone()
    {
        Mode = Mode.V6Only;
        var outcome = await ConnectAsync(new RaceOptions { Nat64Prefixes = ["64:ff9b::/96"] }, V4(31, 11));
        outcome.Won(Label.Nat64(11));
        Assert.Equal([Label.Nat64(31), Label.Nat64(11)], outcome.Wire.Starts.Select(static start => start.Address));
        Assert.Empty(outcome.QuestionsAbout("ipv4only.arpa"));
    }

    [NamespaceFact]
    public async Task ConnectAsync_BothFamilies_AsksForNoTranslator()
    {
        var outcome = await ConnectAsync(V4(11));
        outcome.Won(Label.V4(11));
        Assert.Empty(outcome.QuestionsAbout("ipv4only.arpa"));
    }

    [NamespaceFact]
    public async Task ConnectAsync_LocalAddressOfEachFamily_IsConnectedFrom()
    {
        var outcome = await ConnectAsync(new RaceOptions { LocalAddresses = [Client4, Client6] }, V6(21), V4(11));
        outcome.Won(Label.V4(11));
        outcome.Started((Label.V6(21), 0), (Label.V4(11), 250));
        Assert.StartsWith(Client4 + ":", Assert.Single(outcome.Round.Sockets, static row => row.IsOpen).Local, StringComparison.Ordinal);
    }

    [NamespaceFact]
    public async Task ConnectAsync_LocalAddressOfOneFamily_SkipsTheOtherWithoutDelay()
    {
        var outcome = await ConnectAsync(new RaceOptions { LocalAddresses = [Client4] }, V6(11), V4(11));
        outcome.Won(Label.V4(11));
        outcome.Started((Label.V4(11), 0));
        Assert.Equal([System.Net.Sockets.AddressFamily.InterNetwork], outcome.AskedFor(Host));
    }

    [NamespaceFact]
    public async Task ConnectAsync_PolicyDeniesAll_NothingIsSent()
    {
        var outcome = await ConnectAsync(new RaceOptions { Denied = [Label.V6(11), Label.V4(11)] }, V6(11), V4(11));
        outcome.Failed(ConnectionError.Denied);
        outcome.Started();
        Assert.Empty(outcome.Round.Attempts);
    }

    [NamespaceFact]
    public async Task ConnectAsync_PolicyDeniesOne_TheOtherConnects()
    {
        var outcome = await ConnectAsync(new RaceOptions { Denied = [Label.V6(11)] }, V6(11), V4(11));
        outcome.Won(Label.V4(11));
        outcome.Started((Label.V4(11), 0));
    }

    [NamespaceFact]
    public async Task ConnectAsync_PolicyDeniesWhatATranslatedAddressStandsFor_NothingIsSent()
    {
        Mode = Mode.V6Only;
        var outcome = await ConnectAsync(new RaceOptions { Denied = [Label.V4(11)], Nat64Prefixes = ["64:ff9b::/96"] }, ZoneEntry.Of(Host, Label.Nat64(11)));
        outcome.Failed(ConnectionError.Denied);
        outcome.Started();
    }

    [NamespaceFact]
    public async Task ConnectAsync_Sequential_WaitsForTheSlowAndFollowsTheRefused()
    {
        var outcome = await ConnectAsync(new RaceOptions { Sequential = true }, V6(67), V4(57));
        outcome.Won(Label.V4(57));
        outcome.Started((Label.V6(67), 0), (Label.V4(57), 400));
    }
}
