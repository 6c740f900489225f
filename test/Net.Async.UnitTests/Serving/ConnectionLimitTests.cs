namespace Net.Async.Tests.Serving;

public class ConnectionLimitTests
{
    [Fact]
    public void TryTake_FullAndDrop_SaysToTurnAway()
    {
        var limit = new ConnectionLimit(1, ServerFullMode.Drop);
        Assert.True(limit.TryTake(out _));
        Assert.False(limit.TryTake(out var freed));
        Assert.Null(freed);
        Assert.True(limit.RoomAsync().IsCompleted);
    }

    [Fact]
    public void TryTake_FullAndWaitAndAPlaceIsFreedAtThatMoment_SaysToTryAgain()
    {
        var limit = new ConnectionLimit(1, ServerFullMode.Wait);
        Assert.True(limit.TryTake(out _));
        Assert.False(limit.TryTake(out var freed));
        limit.Release();
        Assert.True(freed!.IsCompletedSuccessfully);
        Assert.True(limit.TryTake(out _));
    }

    [Fact]
    public void Filled_TheLastPlaceIsTakenOrTheLimitIsLowered_IsCalledWhereClientsWait()
    {
        var filled = 0;
        var limit = new ConnectionLimit(2, ServerFullMode.Wait) { Filled = () => filled++ };
        limit.TryTake(out _);
        Assert.Equal(0, filled);
        limit.TryTake(out _);
        Assert.Equal(1, filled);
        limit.Most = 1;
        Assert.Equal(2, filled);
        limit.FullMode = ServerFullMode.Drop;
        Assert.Equal(2, filled);
    }

    [Fact]
    public void End_ClientsWait_AreLetInAndNoneIsDropped()
    {
        var limit = new ConnectionLimit(0, ServerFullMode.Wait);
        Assert.False(limit.TryTake(out var freed));
        limit.End();
        Assert.True(freed!.IsCompleted);
        Assert.True(limit.TryTake(out _));
    }
}
