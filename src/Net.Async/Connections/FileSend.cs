using System.Net.Sockets;

namespace Net.Async;

/// <summary>Sending past the pipe what the kernel reads from a file (sendfile(2)): no byte of it comes into the process.</summary>
/// <remarks>On a thread of the pool, since the disk may be waited for. Some of the file has been sent before: whatever cuts it off aborts the connection.</remarks>
internal sealed class FileSend(WriteCall call, IFileStream stream, FilePart part)
{
    // So much is one call of the connection's: a cancel, and bytes that others send, are looked at in between.
    private const int Piece = 1024 * 1024;

    private readonly SendSide _side = call.Side;
    private readonly KernelSend _send = new(call);

    /// <summary>Sends the rest of the part. It returns with bytes left when those have to be copied: the kernel cannot send this file, or something else is being sent.</summary>
    public async ValueTask RunAsync(CancellationToken cancellationToken)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        // Not disposed: CancelPendingFlush may be at it, and it holds no timer and no handle.
        var withdrawal = new CancellationTokenSource();
        var isTaken = true;
        while (isTaken && !part.IsOver && TryBegin(cancellationToken))
        {
            try
            {
                isTaken = await SendPieceAsync(withdrawal, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                // Before the claim is let go: an end that was asked for must not follow a part of the file.
                _side.Lifetime.Abort(exception);
                throw;
            }
            finally
            {
                _send.End();
            }
        }
    }

    private bool TryBegin(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return _send.TryBegin(part.Next(Piece));
    }

    // False when the kernel refuses this file.
    private async ValueTask<bool> SendPieceAsync(CancellationTokenSource withdrawal, CancellationToken cancellationToken)
    {
        for (var left = part.Next(Piece); left > 0;)
        {
            var sent = stream.TrySend(part.File, part.Position, left);
            if (sent.Error == SocketError.OperationNotSupported)
                return false;
            var error = sent.IsWouldBlock ? await WaitAsync(withdrawal, cancellationToken).ConfigureAwait(false) : sent.Error;
            if (error != SocketError.Success)
                throw _send.Fail(error);
            if (sent.IsWouldBlock)
                continue;
            part.Advance(sent.Count);
            _side.Record(sent, ofBuffer: false);
            left = sent.Count == 0 ? 0 : left - sent.Count;
        }

        return true;
    }

    // A cancel ends the wait by an abort: a part of the file has gone.
    private async ValueTask<SocketError> WaitAsync(CancellationTokenSource withdrawal, CancellationToken cancellationToken)
    {
        bool isCancelled;
        lock (_side.Gate)
            isCancelled = call.WithdrawLocked(withdrawal);
        if (isCancelled)
            await withdrawal.CancelAsync().ConfigureAwait(false);
        SocketError error;
        using (cancellationToken.UnsafeRegister(static withdrawal => ((CancellationTokenSource)withdrawal!).Cancel(), withdrawal))
        using (withdrawal.Token.UnsafeRegister(static lifetime => ((ConnectionLifetime)lifetime!).Abort(new OperationCanceledException("The sending of a file was cancelled.")), _side.Lifetime))
            error = await stream.WaitWritableAsync().ConfigureAwait(false);
        lock (_side.Gate)
            _ = call.WithdrawLocked(null);
        if (withdrawal.IsCancellationRequested)
            throw Cancelled(cancellationToken);
        // Not on the loop, where the wait may have ended.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        return error;
    }

    private OperationCanceledException Cancelled(CancellationToken cancellationToken)
    {
        lock (_side.Gate)
            _ = call.TryTakeCancelLocked();
        return cancellationToken.IsCancellationRequested ? new OperationCanceledException(cancellationToken) : FlushEnd.CancelledSend();
    }
}
