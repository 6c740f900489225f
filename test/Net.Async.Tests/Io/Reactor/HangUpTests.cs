using Microsoft.Extensions.Time.Testing;
using Net.Async.Tests.Contract;

namespace Net.Async.Tests.Io.Reactor;

/// <summary>The poll mask tells of the peer's end while no read waits. The clock of these tests is still, so that no look of a timer can be what notices it.</summary>
public sealed class HangUpTests : LeakCheck
{
    [LinuxFact]
    public async Task PeerClosed_ThePeerEndsAfterARequestWasRead_FiresWithoutARead()
    {
        await using var pair = await RequestedAsync();
        var noticed = Eventually.FiresAsync("the end is noticed", pair.Accepted.PeerClosed);
        await pair.Client.Output.CompleteAsync();
        await noticed;
        Assert.True((await pair.Accepted.Input.ReadAsync().Soon()).IsCompleted);
    }

    [LinuxFact]
    public async Task PeerClosed_ThePeerEndsBehindUnreadBytes_FiresAndTheBytesStay()
    {
        await using var pair = await RequestedAsync();
        var noticed = Eventually.FiresAsync("the end is noticed", pair.Accepted.PeerClosed);
        await pair.Client.Output.WriteAsync("more"u8.ToArray());
        await pair.Client.Output.CompleteAsync();
        await noticed;
        Assert.Equal("more"u8.ToArray(), await pair.Accepted.Input.ReadExactlyAsync(4));
    }

    [LinuxFact]
    public async Task PeerClosed_ThePeerResets_FiresWithoutARead()
    {
        await using var pair = await RequestedAsync();
        var noticed = Eventually.FiresAsync("the reset is noticed", pair.Accepted.PeerClosed);
        pair.Client.Abort();
        await noticed;
        Assert.Equal(ConnectionError.Reset, pair.Accepted.CloseReason?.Error);
    }

    [LinuxFact]
    public async Task PeerClosed_ThePeerHadEndedBeforeItWasAskedFor_Fires()
    {
        await using var pair = await RequestedAsync();
        await pair.Client.Output.CompleteAsync();
        await Eventually.FiresAsync("the end is noticed", pair.Accepted.PeerClosed);
    }

    // The client has spoken, and its request was read: nothing is parked.
    private static async Task<Pair> RequestedAsync()
    {
        var options = Engines.On("reactor") with { TimeProvider = new FakeTimeProvider() };
        var server = Server.Listen(NetEndPoint.Loopback(0), new() { Connection = options });
        var accepting = server.AcceptAsync();
        var client = await Connection.ConnectAsync(server.LocalEndPoint).Soon();
        var pair = new Pair(server, client, await accepting.Soon());
        await client.Output.WriteAsync("hello"u8.ToArray());
        await pair.Accepted.Input.ReadExactlyAsync(5);
        return pair;
    }
}
