using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Net.Async;

/// <summary>A transport from outside the library. Where it throws or counts wrongly although it must not, the connection fails with that, and no call waits for ever.</summary>
internal sealed class GuardedTransport(TransportStream inner) : TransportDecorator(inner)
{
    private Exception? _failure; // the first

    public override Exception? Failure => _failure ?? base.Failure;

    public override bool IsAllAcknowledged => Try(static inner => inner.IsAllAcknowledged, true);

    public override bool HasPeerEnded => Try(static inner => inner.HasPeerEnded, false);

    internal override bool IsGuarded => true;

    public override TransportResult TryReceive(Span<byte> buffer)
    {
        try
        {
            return Check(base.TryReceive(buffer), buffer.Length);
        }
        catch (Exception exception)
        {
            return TransportResult.Of(Note(exception));
        }
    }

    public override TransportResult Peek() => Ask(static inner => inner.Peek());

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<SocketError> WaitReadableAsync()
    {
        try
        {
            return await base.WaitReadableAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            return Note(exception);
        }
    }

    public override TransportResult TrySend(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Check(base.TrySend(bytes), bytes.Length);
        }
        catch (Exception exception)
        {
            return TransportResult.Of(Note(exception));
        }
    }

    public override TransportResult TrySend(IList<ArraySegment<byte>> pieces)
    {
        try
        {
            return Check(base.TrySend(pieces), pieces.Sum(static piece => piece.Count));
        }
        catch (Exception exception)
        {
            return TransportResult.Of(Note(exception));
        }
    }

    public override ValueTask<SocketError> SendAsync(ReadOnlyMemory<byte> bytes) => TryAsync((Inner, bytes), static call => call.Inner.SendAsync(call.bytes));

    public override async ValueTask<TransportResult> SendFirstAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            return Check(await base.SendFirstAsync(bytes, cancellationToken).ConfigureAwait(false), bytes.Length);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return TransportResult.WouldBlock;
        }
        catch (Exception exception)
        {
            return TransportResult.Of(Note(exception));
        }
    }

    public override ValueTask<SocketError> EndSendingAsync() => TryAsync(Inner, static inner => inner.EndSendingAsync());

    public override SocketError PendingError() => Ask(static inner => TransportResult.Of(inner.PendingError())).Error;

    public override void Close() => Try(static inner => { inner.Close(); return true; }, true);

    public override void Reset() => Try(static inner => { inner.Reset(); return true; }, true);

    private T Try<T>(Func<TransportStream, T> call, T otherwise)
    {
        try
        {
            return call(Inner);
        }
        catch (Exception exception)
        {
            Note(exception);
            return otherwise;
        }
    }

    private TransportResult Ask(Func<TransportStream, TransportResult> question)
    {
        try
        {
            return question(Inner);
        }
        catch (Exception exception)
        {
            return TransportResult.Of(Note(exception));
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<SocketError> TryAsync<T>(T state, Func<T, ValueTask<SocketError>> call)
    {
        try
        {
            return await call(state).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            return Note(exception);
        }
    }

    private TransportResult Check(TransportResult result, int most) => result.Count >= 0 && result.Count <= most
        ? result
        : throw new InvalidOperationException($"{Inner.GetType().Name} returned a count of {result.Count}; it is 0 to {most}.");

    private SocketError Note(Exception exception)
    {
        _failure ??= exception;
        return TransportFailure.ErrorOf(exception);
    }
}
