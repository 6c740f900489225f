namespace Net.Async.Tests.Io.Reactor;

public class LoopOwnershipTests
{
    [Fact]
    public void TryEnd_RunThatWasNotTaken_KeepsTheLoop()
    {
        var ownership = new LoopOwnership();

        var stamp = ownership.Begin(null);
        Assert.Equal(stamp, ownership.Stamp);

        Assert.True(ownership.TryEnd(stamp));
        Assert.Equal(0, ownership.Stamp);
    }

    [Fact]
    public void TryTake_OfARun_NamesItsSourceAndTheThreadLosesTheLoop()
    {
        var ownership = new LoopOwnership();
        var source = new Source();
        var stamp = ownership.Begin(source);

        Assert.True(ownership.TryTake(stamp, out var stalled));

        Assert.Same(source, stalled);
        Assert.False(ownership.TryEnd(stamp));
        Assert.False(ownership.TryTake(stamp, out stalled));
        Assert.Null(stalled);
    }

    [Fact]
    public void TryTake_OfAnEarlierRun_IsRefused()
    {
        var ownership = new LoopOwnership();
        var earlier = ownership.Begin(new Source());
        ownership.TryEnd(earlier);
        var now = ownership.Begin(new Source());

        Assert.False(ownership.TryTake(earlier, out var stalled));

        Assert.Null(stalled);
        Assert.True(ownership.TryEnd(now));
    }

    [Fact]
    public void TryTakeAndTryEnd_FromTwoThreads_OneGetsTheLoop()
    {
        var ownership = new LoopOwnership();
        for (var round = 0; round < 1000; round++)
        {
            var stamp = ownership.Begin(null);
            var (ended, taken) = (false, false);
            Parallel.Invoke(() => ended = ownership.TryEnd(stamp), () => taken = ownership.TryTake(stamp, out _));
            Assert.True(ended ^ taken);
        }
    }

    private sealed class Source : IEventSource
    {
        public ulong RegistrationId { get; set; }

        public bool GoesToPool => false;

        public IThreadPoolWorkItem? OnEvent(uint mask) => null;

        public void OnStalled()
        {
        }
    }
}
