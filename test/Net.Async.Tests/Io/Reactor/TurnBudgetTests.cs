namespace Net.Async.Tests.Io.Reactor;

public class TurnBudgetTests
{
    [Fact]
    public void TryConsume_OnAThreadThatRunsALoop_EndsTheTurnAfterSixteen()
    {
        var consumed = 0;
        var refilled = false;
        OnANewThread(() =>
        {
            TurnBudget.Refill();
            while (TurnBudget.TryConsume())
                consumed++;
            Assert.True(TurnBudget.IsExhausted);
            Assert.False(TurnBudget.TryConsume());
            TurnBudget.Refill();
            refilled = TurnBudget.TryConsume();
        });

        // The sixteenth receive is made, and says that the next one waits.
        Assert.Equal(14, consumed);
        Assert.True(refilled);
    }

    [Fact]
    public void TryConsume_OnAnyOtherThread_NeverEnds() => OnANewThread(static () =>
    {
        for (var i = 0; i < 100; i++)
            Assert.True(TurnBudget.TryConsume());
        Assert.False(TurnBudget.IsExhausted);
    });

    private static void OnANewThread(Action act)
    {
        var run = Task.Factory.StartNew(act, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        run.GetAwaiter().GetResult();
    }
}
