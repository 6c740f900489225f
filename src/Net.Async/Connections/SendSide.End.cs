using System.Net.Sockets;

namespace Net.Async;

/// <summary>The end of the sending direction: held back, asked for, sent, or overtaken by the end of the connection.</summary>
internal sealed partial class SendSide
{
    private TaskCompletionSource? _finished;

    /// <summary>Sends the rest, then FIN. Fails when written bytes could not be sent.</summary>
    public Task FinishAsync()
    {
        bool sends;
        TaskCompletionSource finished;
        lock (Gate)
        {
            Direction.Finish();
            Outbox?.Waits.Refuse(Lifetime.ClosedHere());
            DiscardIfFinishedLocked();
            if (Direction.IsFinished && _finished is null)
                return Direction.State == SendState.Lost ? Task.FromException(Direction.Failure!) : Task.CompletedTask;
            finished = _finished ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            // Nothing is written behind the end: a send that waits for more has nothing to wait for.
            sends = TryClaimLocked() || this.TryTakeQueued();
        }

        // A flush that came meanwhile has found the sending claimed, and waits.
        if (sends)
            SendAndWake();
        return finished.Task;
    }

    /// <summary>Ends sending: later writes are dropped, and flushes say so, or throw when there is a failure.</summary>
    public void Stop(Exception? failure)
    {
        TaskCompletionSource? finished;
        bool isLost;
        lock (Gate)
        {
            if (!Direction.Stop(failure, bytesUnsent: _claim.IsTaken || HasMoreLocked))
                return;
            isLost = Direction.State == SendState.Lost;
            _backlog?.DropRest();
            Outbox?.End(failure ?? Lifetime.ClosedHere());
            DiscardIfFinishedLocked();
            _ = SettleLocked();
            finished = _finished;
        }

        _sender.Wake(inline: false);
        if (isLost)
            finished?.TrySetException(failure!);
        else
            finished?.TrySetResult();
        // The caller that waited may have gone: the finalizer must not report it a second time.
        _ = finished?.Task.Exception;
    }

    private void SendEnd()
    {
        var ending = Lifetime.Stream.EndSendingAsync();
        if (ending.IsCompletedSuccessfully)
            OnEndSent(ending.Result);
        else
            _ = FollowEndAsync(ending);
    }

    private async Task FollowEndAsync(ValueTask<SocketError> ending) => OnEndSent(await ending.ConfigureAwait(false));

    private void OnEndSent(SocketError error)
    {
        // Only when FIN is sent is this direction finished: a close between the two would be abortive and take the bytes back from the kernel.
        if (error != SocketError.Success)
            Fail(error);
        Stop(null);
        Lifetime.OnDirectionEnded();
    }

    private void Fail(SocketError error)
    {
        Lifetime.Fail(error);
        Stop(Lifetime.Failure ?? Lifetime.ClosedHere());
    }
}
