namespace Net.Async.Tests.Serving;

public class RundownTests
{
    [Fact]
    public void Ended_OwnerAndAllOthersHaveLeft_Completes()
    {
        var rundown = new Rundown();
        Assert.True(rundown.TryEnter());
        rundown.Leave();
        Assert.False(rundown.Ended.IsCompleted);
        Assert.True(rundown.TryEnter());
        rundown.Leave();
        rundown.Leave();
        Assert.True(rundown.Ended.IsCompletedSuccessfully);
        Assert.False(rundown.TryEnter());
    }

    [Fact]
    public async Task TryEnter_ManyThreadsWhileTheOwnerLeaves_NoneEntersAfterTheEnd()
    {
        for (var round = 0; round < 200; round++)
        {
            var rundown = new Rundown();
            using var start = new Barrier(3);
            var inside = 0;
            var threads = Enumerable.Range(0, 2).Select(_ => Task.Run(() =>
            {
                start.SignalAndWait();
                while (rundown.TryEnter())
                {
                    Interlocked.Increment(ref inside);
                    Assert.False(rundown.Ended.IsCompleted);
                    Interlocked.Decrement(ref inside);
                    rundown.Leave();
                }
            })).ToArray();
            start.SignalAndWait();
            rundown.Leave();
            await Task.WhenAll(threads).WaitAsync(TimeSpan.FromSeconds(20));
            Assert.True(rundown.Ended.IsCompleted);
            Assert.Equal(0, inside);
        }
    }
}
