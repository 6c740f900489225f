using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Net.Async;

/// <summary>Sending through TLS: encrypted on the caller's stack, a block at a time, and handed to the stream below. A send never waits inside of TLS.</summary>
internal sealed class TlsSender(TransportStream inner, CipherStream cipher, TlsSession session, TlsFailure failure)
{
    private SocketError _sealError;

    private SealedOutput Output => cipher.Output;

    public TransportResult TrySend(ReadOnlySpan<byte> bytes)
    {
        if (!MaySend(out var why))
            return why;
        bytes = bytes[..Math.Min(bytes.Length, SealedOutput.MostPlain)];
        cipher.BeginSend(bytes.Length);
        return Seal(bytes) ? EndSend(bytes.Length) : TransportResult.Of(_sealError);
    }

    public TransportResult TrySend(IList<ArraySegment<byte>> pieces)
    {
        ArgumentNullException.ThrowIfNull(pieces);
        if (!MaySend(out var why))
            return why;
        var count = 0;
        cipher.BeginSend(SealedOutput.MostPlain);
        foreach (var piece in pieces)
        {
            var part = piece[..Math.Min(piece.Count, SealedOutput.MostPlain - count)];
            if (part.Count > 0 && !Seal(part))
                return TransportResult.Of(_sealError);
            count += part.Count;
        }

        return EndSend(count);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<SocketError> SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (true)
        {
            if (Output.IsWaiting && await Output.Sending.ConfigureAwait(false) is not SocketError.Success and var error)
                return error;
            if (bytes.IsEmpty)
                return SocketError.Success;
            var sent = TrySend(bytes.Span);
            if (!sent.IsSuccess && !sent.IsWouldBlock)
                return sent.Error;
            bytes = bytes[sent.Count..];
        }
    }

    public async ValueTask<TransportResult> SendFirstAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            if (TrySend(bytes.Span[..Math.Min(bytes.Length, SealedOutput.RecordLength)]) is { IsWouldBlock: false } sent)
                return sent;
            await ((Task)Output.Sending).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return TransportResult.WouldBlock;
    }

    public async ValueTask<SocketError> EndSendingAsync()
    {
        // What was handed over and is lost is told in any case.
        if (await Output.Sending.ConfigureAwait(false) is not SocketError.Success and var lost)
            return lost;
        var error = await NotifyAsync().ConfigureAwait(false);
        if (error == SocketError.Success)
            error = await inner.EndSendingAsync().ConfigureAwait(false);
        // A peer that has said its own end may be gone, and needs no end of this side's.
        return session.KnowsAllArrived && !session.IsClosed ? SocketError.Success : error;
    }

    // close_notify (RFC 8446, 6.1).
    private async ValueTask<SocketError> NotifyAsync()
    {
        if (!session.TryEnter())
            return SocketError.OperationAborted;
        cipher.BeginEnd();
        session.BeginExclusive();
        Task notifying;
        try
        {
            // Nothing of it waits: what it sends is gathered.
            notifying = session.Stream.ShutdownAsync();
        }
        catch (Exception exception)
        {
            return failure.ErrorOf(exception);
        }
        finally
        {
            session.EndExclusive();
            session.Leave();
        }

        await notifying.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (notifying.Exception?.InnerException is { } thrown)
            return failure.ErrorOf(thrown);
        return Output.Flush() is not SocketError.Success and var error ? error : await Output.Sending.ConfigureAwait(false);
    }

    private bool MaySend(out TransportResult why)
    {
        why = session.IsClosed ? TransportResult.Of(SocketError.OperationAborted)
            : Output.IsWaiting ? TransportResult.WouldBlock
            : TransportResult.Of(Output.Error);
        return why.IsSuccess;
    }

    private bool Seal(ReadOnlySpan<byte> bytes)
    {
        if (!session.TryEnter())
        {
            _sealError = SocketError.OperationAborted;
            Output.Drop();
            return false;
        }

        try
        {
            session.Stream.Write(bytes);
            Interlocked.MemoryBarrier();
            if (session.HasPeerEnded)
                session.HasSentSinceEnd = true;
            return true;
        }
        catch (Exception exception)
        {
            _sealError = failure.ErrorOf(exception);
            Output.Drop();
            return false;
        }
        finally
        {
            session.Leave();
        }
    }

    private TransportResult EndSend(int count) => Output.Flush() is not SocketError.Success and var error ? TransportResult.Of(error) : TransportResult.Of(count);
}
