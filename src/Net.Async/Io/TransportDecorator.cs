using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>A stream over another one: it passes every call on, and a derived class replaces what it changes.</summary>
/// <remarks>Where its continuations run, and the socket's place in the process, stay those of the inner stream.</remarks>
public abstract class TransportDecorator : TransportStream
{
    /// <summary>Wraps a stream.</summary>
    /// <param name="inner">The stream; it belongs to the decorator.</param>
    protected TransportDecorator(TransportStream inner)
    {
        ArgumentNullException.ThrowIfNull(inner);
        Inner = inner;
    }

    /// <summary>The stream below.</summary>
    protected TransportStream Inner { get; }

    /// <inheritdoc/>
    public override ConnectionCapabilities Capabilities => Inner.Capabilities;

    /// <inheritdoc/>
    public override EndPoint? LocalEndPoint => Inner.LocalEndPoint;

    /// <inheritdoc/>
    public override EndPoint? RemoteEndPoint => Inner.RemoteEndPoint;

    /// <inheritdoc/>
    public override Socket? Socket => Inner.Socket;

    /// <inheritdoc/>
    public override bool CanPeek => Inner.CanPeek;

    /// <inheritdoc/>
    public override bool IsAllAcknowledged => Inner.IsAllAcknowledged;

    internal override bool HasNothingUnderWay => Inner.HasNothingUnderWay;

    /// <inheritdoc/>
    public override bool HasPeerEnded => Inner.HasPeerEnded;

    /// <inheritdoc/>
    public override Exception? Failure => Inner.Failure;

    /// <inheritdoc/>
    public override TransportResult TryReceive(Span<byte> buffer) => Inner.TryReceive(buffer);

    /// <inheritdoc/>
    public override ValueTask<SocketError> WaitReadableAsync() => Inner.WaitReadableAsync();

    /// <inheritdoc/>
    public override TransportResult Peek() => Inner.Peek();

    /// <inheritdoc/>
    public override TransportResult TrySend(ReadOnlySpan<byte> bytes) => Inner.TrySend(bytes);

    /// <inheritdoc/>
    public override TransportResult TrySend(IList<ArraySegment<byte>> pieces) => Inner.TrySend(pieces);

    /// <inheritdoc/>
    public override ValueTask<SocketError> SendAsync(ReadOnlyMemory<byte> bytes) => Inner.SendAsync(bytes);

    /// <inheritdoc/>
    public override ValueTask<TransportResult> SendFirstAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        Inner.SendFirstAsync(bytes, cancellationToken);

    /// <inheritdoc/>
    public override ValueTask<SocketError> EndSendingAsync() => Inner.EndSendingAsync();

    /// <inheritdoc/>
    public override SocketError PendingError() => Inner.PendingError();

    /// <inheritdoc/>
    public override void Close() => Inner.Close();

    /// <inheritdoc/>
    public override void Reset() => Inner.Reset();

    internal override T? Layer<T>()
        where T : class => this as T ?? Inner.Layer<T>();

    internal override bool UsesReservedDescriptor => Inner.UsesReservedDescriptor;

    internal override bool IsPolled => Inner.IsPolled;

    internal override bool SendsAtOnce => Inner.SendsAtOnce;

    internal override ConnectionScheduling Scheduling
    {
        set => Inner.Scheduling = value;
    }

    // The end may also be said in the bytes, and then only a wait notices it.
    internal override bool RunAtHangUp(IThreadPoolWorkItem work)
    {
        _ = Inner.RunAtHangUp(work);
        return false;
    }

    internal override Socket? Detach() => Inner.Detach();

    internal override bool EndsTurn() => Inner.EndsTurn();

    internal override void Run(IThreadPoolWorkItem work) => Inner.Run(work);

    internal override void RunSoon(IThreadPoolWorkItem work) => Inner.RunSoon(work);
}
