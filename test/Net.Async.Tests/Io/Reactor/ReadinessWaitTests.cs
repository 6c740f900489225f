using System.Net.Sockets;

namespace Net.Async.Tests.Io.Reactor;

public class ReadinessWaitTests
{
    [Fact]
    public void WaitAsync_ReadyBefore_HasEnded()
    {
        var readiness = new ReadinessWait();
        Assert.False(readiness.SetReadiness());

        Assert.Equal(SocketError.Success, Ended(readiness.WaitAsync()));
        Assert.True(readiness.IsReady);
    }

    [Fact]
    public void WaitAsync_ReadyFromTheStart_HasEnded() => Assert.Equal(SocketError.Success, Ended(new ReadinessWait(isReady: true).WaitAsync()));

    [Fact]
    public void SetReadiness_OfAWait_EndsItOnce()
    {
        var readiness = new ReadinessWait();
        var wait = readiness.WaitAsync();

        Assert.True(readiness.SetReadiness());
        Assert.False(readiness.SetReadiness());
        Assert.False(readiness.TryCancel());
        Assert.False(wait.IsCompleted);
        readiness.Execute();

        Assert.Equal(SocketError.Success, Ended(wait));
    }

    [Fact]
    public void ClearReadiness_ThenAnEvent_IsNotLost()
    {
        var readiness = new ReadinessWait(isReady: true);
        readiness.ClearReadiness();
        Assert.True(readiness.IsUnknown);

        // During the call to the kernel, which finds nothing.
        readiness.SetReadiness();

        Assert.Equal(SocketError.Success, Ended(readiness.WaitAsync()));
    }

    [Fact]
    public void ClearReadiness_OfAWait_LeavesIt()
    {
        var readiness = new ReadinessWait();
        var wait = readiness.WaitAsync();

        readiness.ClearReadiness();

        Assert.True(readiness.SetReadiness());
        Assert.False(wait.IsCompleted);
    }

    [Fact]
    public void TryCancel_OfAWait_EndsItEarlyAndTheNextOneWaits()
    {
        var readiness = new ReadinessWait();
        var wait = readiness.WaitAsync();

        Assert.True(readiness.TryCancel());
        Assert.False(readiness.SetReadiness() && readiness.TryCancel());
        readiness.Execute();
        Assert.Equal(SocketError.Success, Ended(wait));

        readiness.ClearReadiness();
        var next = readiness.WaitAsync();
        Assert.False(next.IsCompleted);
    }

    [Fact]
    public void TryCancel_NoWait_IsNothing() => Assert.False(new ReadinessWait().TryCancel());

    [Fact]
    public void Close_OfAWait_EndsItAborted()
    {
        var readiness = new ReadinessWait();
        var wait = readiness.WaitAsync();

        Assert.True(readiness.Close());
        Assert.False(readiness.Close());
        Assert.False(readiness.SetReadiness());
        readiness.Execute();

        Assert.Equal(SocketError.OperationAborted, Ended(wait));
        Assert.Equal(SocketError.OperationAborted, Ended(readiness.WaitAsync()));
    }

    [Fact]
    public void TryWaitForTurn_WhenReady_EndsWithItsExecuteAndNothingElse()
    {
        var readiness = new ReadinessWait(isReady: true);

        Assert.True(readiness.TryWaitForTurn(out var turn));
        Assert.False(readiness.SetReadiness());
        Assert.False(readiness.TryCancel());
        readiness.Execute();

        Assert.Equal(SocketError.Success, Ended(turn));
        Assert.True(readiness.IsReady);
    }

    [Fact]
    public void TryWaitForTurn_ClosedMeanwhile_EndsAbortedWithItsExecute()
    {
        var readiness = new ReadinessWait(isReady: true);
        readiness.TryWaitForTurn(out var turn);

        // The Execute in the queue ends it: a second one would end the next user's wait.
        Assert.False(readiness.Close());
        readiness.Execute();

        Assert.Equal(SocketError.OperationAborted, Ended(turn));
        Assert.False(readiness.TryWaitForTurn(out _));
    }

    [Fact]
    public void TryWaitForTurn_NotReady_IsRefused() => Assert.False(new ReadinessWait().TryWaitForTurn(out _));

    [Fact]
    public async Task WaitAsync_EventsCancelsAndAClose_FromManyThreads_EveryWaitEndsOnce()
    {
        for (var round = 0; round < 100; round++)
        {
            var readiness = new ReadinessWait();
            var user = Task.Run(async () =>
            {
                do
                    readiness.ClearReadiness();
                while (await readiness.WaitAsync() == SocketError.Success);
            });
            await Task.WhenAll(Play(readiness.SetReadiness), Play(readiness.TryCancel));
            EndIf(readiness.Close());

            await user.Soon();

            // A wait that is ended twice throws.
            void EndIf(bool owned)
            {
                if (owned)
                    readiness.Execute();
            }

            Task Play(Func<bool> act) => Task.Run(() =>
            {
                for (var i = 0; i < 200; i++)
                    EndIf(act());
            });
        }
    }

    private static SocketError Ended(ValueTask<SocketError> wait)
    {
        Assert.True(wait.IsCompletedSuccessfully);
        return wait.Result;
    }
}
