using Net.Async.Tests.Contract;
using Net.Async.Tests.Io;

namespace Net.Async.Tests.Relaying;

/// <summary>A relay whose one peer takes nothing, while the other one goes away.</summary>
public class RelayStallTests : LeakCheck
{
    [Theory, Engines]
    public async Task RelayAsync_APeerResetsWhileTheOtherStalls_TheRelayEnds(string engine)
    {
        await using var pair = await RelayPair.ConnectAsync("tcp4/" + engine, new() { Buffers = { SendBufferSize = 16384, ReceiveBufferSize = 16384 } });
        var relay = pair.RelayAsync();
        var flood = RelayEndsTests.WriteForeverAsync(pair.Left);
        await RelayTests.StandsAsync(pair);
        // The relay waits to write, and does not read: it must learn of the reset all the same.
        pair.Left.Abort();
        var result = await relay.Soon();
        Assert.Equal((ConnectionError.Reset, pair.ToLeft), (result.Failure!.Error, result.FailedConnection));
        await flood.ThrowsAsync(ConnectionError.Aborted);
        await RelayEndsTests.ReadAllAsync(pair.Right).ThrowsAsync(ConnectionError.Reset);
    }
}
