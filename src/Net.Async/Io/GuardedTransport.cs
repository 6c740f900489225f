using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Net.Async;

/// <summary>A transport from outside the library. Where it throws or counts wrongly although it must not, the connection fails with that, and no call waits for ever.</summary>
internal sealed class GuardedTransport(TransportStream inner) : TransportDecorator(inner)
{
    private Exception? _failure; // the first

    public override ConnectionCapabilities Capabilities => Ask(static inner => inner.Capabilities, ConnectionCapabilities.None);

    public override EndPoint? LocalEndPoint => Ask(static inner => inner.LocalEndPoint, null);

    public override EndPoint? RemoteEndPoint => Ask(static inner => inner.RemoteEndPoint, null);

    public override Socket? Socket => Ask(static inner => inner.Socket, null);

    public override bool CanPeek => Ask(static inner => inner.CanPeek, true);

    public override Exception? Failure => _failure ?? Ask(static inner => inner.Failure, null);

    public override bool IsAllAcknowledged => Try(static inner => inner.IsAllAcknowledged, true);

    public override bool HasPeerEnded => Try(static inner => inner.HasPeerEnded, false);

    internal override bool IsGuarded => true;

    /// <summary>The stream itself where it is the library's own.</summary>
    public static TransportStream Over(TransportStream stream) => stream.IsGuarded ? stream : new GuardedTransport(stream);

    public override TransportResult TryReceive(Span<byte> buffer)
    {
        try
        {
            return Check(base.TryReceive(buffer), 0, buffer.Length);
        }
        catch (Exception exception)
        {
            return TransportResult.Of(Note(exception));
        }
    }

    public override TransportResult Peek() => Ask(static inner => inner.Peek());

    public override ValueTask<SocketError> WaitReadableAsync() => TryAsync(Inner, static inner => inner.WaitReadableAsync());

    public override TransportResult TrySend(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Check(base.TrySend(bytes), 1, bytes.Length);
        }
        catch (Exception exception)
        {
            return TransportResult.Of(Note(exception));
        }
    }

    public override TransportResult TrySend(IList<ArraySegment<byte>> pieces)
    {
        // Before the call, which has the list.
        var most = pieces.Sum(static piece => piece.Count);
        try
        {
            return Check(base.TrySend(pieces), 1, most);
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
            var first = Check(await base.SendFirstAsync(bytes, cancellationToken).ConfigureAwait(false), 1, bytes.Length);
            return first.IsWouldBlock && !cancellationToken.IsCancellationRequested
                ? throw new InvalidOperationException($"{Inner.GetType().Name} withdrew a send that was not cancelled.")
                : first;
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

    public override void Reset()
    {
        if (!Try(static inner => { inner.Reset(); return true; }, false))
            Close();
    }

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

    // What is no call that can fail: the connection may ask at any time, in a callback and after the close.
    private T Ask<T>(Func<TransportStream, T> property, T otherwise)
    {
        try
        {
            return property(Inner);
        }
        catch (Exception exception)
        {
            NetAsyncEventSource.Log.CallbackFailed(exception.ToString());
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

    private TransportResult Check(TransportResult result, int least, int most)
    {
        // An error has moved no byte.
        if (!result.IsSuccess)
            (least, most) = (0, 0);
        return result.Count >= least && result.Count <= most
            ? result
            : throw new InvalidOperationException($"{Inner.GetType().Name} returned a count of {result.Count} with {result.Error}; it is {least} to {most}.");
    }

    private SocketError Note(Exception exception)
    {
        _failure ??= exception;
        return TransportFailure.ErrorOf(exception);
    }
}
