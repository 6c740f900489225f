using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>One connected stream of bytes under a <see cref="Connection"/>: what a transport implements, and what the pipes are written on.</summary>
/// <remarks>
/// <para>The calls have the shape of non-blocking sockets. The Try calls return at once; <see cref="WaitReadableAsync"/> and <see cref="SendAsync"/> wait.
/// Nothing here throws for what a peer does: errors come back as a <see cref="SocketError"/>.</para>
/// <para>The connection has at most one receive or wait to receive under way at a time, and one send, and both may run side by side.
/// <see cref="Close"/> and <see cref="Reset"/> come from any thread at any time: calls under way then end with <see cref="SocketError.OperationAborted"/>, and so do later ones.</para>
/// <para>Continuations of a wait run on the thread that ends it, and may run code of the connection's user: end no wait while a lock is held.</para>
/// </remarks>
public abstract class TransportStream
{
    /// <summary>What the transport can do.</summary>
    /// <value>Default: none. A stream whose <see cref="EndSendingAsync"/> reaches the peer says <see cref="ConnectionCapabilities.HalfClose"/>.</value>
    public virtual ConnectionCapabilities Capabilities => ConnectionCapabilities.None;

    /// <summary>This side's address, also after the close.</summary>
    /// <value>Default: null, for a transport without addresses.</value>
    public virtual EndPoint? LocalEndPoint => null;

    /// <summary>The peer's address, also after the close. A server's policy judges it.</summary>
    /// <value>Default: null, for a transport without addresses.</value>
    public virtual EndPoint? RemoteEndPoint => null;

    /// <summary>The socket, for users who set options that have no name here.</summary>
    /// <value>Default: null, for a transport without one.</value>
    public virtual Socket? Socket => null;

    /// <summary>Whether <see cref="Peek"/> and <see cref="TryReceive"/> ask where the bytes are; without it they know only what a wait has brought.</summary>
    /// <value>Default: true.</value>
    public virtual bool CanPeek => true;

    /// <summary>Whether everything sent, the end included, has arrived at the peer's side, so that a close takes nothing back.</summary>
    /// <value>Default: true.</value>
    public virtual bool IsAllAcknowledged => true;

    /// <summary>Whether the peer's end has arrived, perhaps behind bytes that are not yet received.</summary>
    /// <value>Default: false, which is also the value where that is not known.</value>
    public virtual bool HasPeerEnded => false;

    /// <summary>What is behind the error that a call has returned; it becomes the exception in <see cref="CloseReason"/>.</summary>
    /// <value>Default: null, for a <see cref="SocketException"/> of the error.</value>
    public virtual Exception? Failure => null;

    /// <summary>Receives the bytes that have arrived, without waiting.</summary>
    /// <param name="buffer">Where the bytes go.</param>
    /// <returns>The number of bytes; 0 into a buffer that is not empty is the peer's end; <see cref="SocketError.WouldBlock"/> when nothing is there.
    /// An error that another call has returned, a send for example, is returned again, and the peer's end never in its place.</returns>
    public abstract TransportResult TryReceive(Span<byte> buffer);

    /// <summary>Waits until a receive has a result: bytes, the end, or an error.</summary>
    /// <returns><see cref="SocketError.Success"/>, also when it was early: the connection then tries, and waits again. An error that no receive will report.</returns>
    public abstract ValueTask<SocketError> WaitReadableAsync();

    /// <summary>Tells whether a receive would return bytes, the end or an error, and consumes nothing.</summary>
    /// <returns>A count of 1 for bytes, 0 for the peer's end; <see cref="SocketError.WouldBlock"/> when nothing is there.</returns>
    public abstract TransportResult Peek();

    /// <summary>Sends as much as is taken without waiting, possibly less than all.</summary>
    /// <param name="bytes">At least one byte.</param>
    /// <returns>The number of bytes, or <see cref="SocketError.WouldBlock"/>, after which <see cref="SendAsync"/> follows.</returns>
    public abstract TransportResult TrySend(ReadOnlySpan<byte> bytes);

    /// <summary>Sends as much of several pieces as is taken without waiting.</summary>
    /// <param name="pieces">At least one, in order. The list is the connection's again when the call returns.</param>
    /// <returns>The number of bytes over all pieces. By default only the first piece is sent.</returns>
    public virtual TransportResult TrySend(IList<ArraySegment<byte>> pieces)
    {
        ArgumentNullException.ThrowIfNull(pieces);
        return TrySend(pieces[0]);
    }

    /// <summary>Sends all of it, and waits as often as it takes.</summary>
    /// <param name="bytes">At least one byte. The memory is the call's until it ends.</param>
    public abstract ValueTask<SocketError> SendAsync(ReadOnlyMemory<byte> bytes);

    /// <summary>Waits until something can be sent, and sends a first part, one byte at least: a send that can be cancelled.</summary>
    /// <param name="bytes">At least one byte. The memory is the call's until it ends.</param>
    /// <param name="cancellationToken">Cancels the wait, and nothing was sent. By default the token is not used, and one byte is sent.</param>
    /// <returns>The number of bytes, or <see cref="SocketError.WouldBlock"/> after a cancellation.</returns>
    public virtual async ValueTask<TransportResult> SendFirstAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        await SendAsync(bytes[..1]).ConfigureAwait(false) is not SocketError.Success and var error ? TransportResult.Of(error) : TransportResult.Of(1);

    /// <summary>Ends the sending direction behind what was sent; the peer reads the end. Called once, with no send under way.</summary>
    /// <returns>Success without an effect on a transport without half-close: the peer then reads the end when the stream is closed.</returns>
    public abstract ValueTask<SocketError> EndSendingAsync();

    /// <summary>The error that the stream holds, without waiting.</summary>
    /// <returns>By default <see cref="SocketError.Success"/>, for none.</returns>
    public virtual SocketError PendingError() => SocketError.Success;

    /// <summary>Closes now. What was sent still arrives. Called once or more, from any thread.</summary>
    public abstract void Close();

    /// <summary>Closes now, so that the peer sees a failure and no clean end. Called once or more, from any thread.</summary>
    /// <remarks>By default it closes: for a transport that has no <see cref="ConnectionCapabilities.Reset"/>.</remarks>
    public virtual void Reset() => Close();

    /// <summary>The topmost stream of a kind in a stack of streams; null when there is none.</summary>
    internal virtual T? Layer<T>()
        where T : class => this as T;

    /// <summary>Whether no call of it throws, which is known of the library's own.</summary>
    internal virtual bool IsGuarded => false;

    /// <summary>Whether the peer's system has everything that was sent so far, as far as is known.</summary>
    internal virtual bool HasNothingUnderWay => true;

    /// <summary>Whether it has one of the process's last descriptors, which an accepted one must not keep.</summary>
    internal virtual bool UsesReservedDescriptor => false;

    /// <summary>Whether it may be in a poll set of this process. It has to leave it before another process gets it.</summary>
    internal virtual bool IsPolled => true;

    /// <summary>How many bytes the peer's system has acknowledged; null where that is not known. A decorator of a user may keep bytes, and then it says nothing of what is sent.</summary>
    internal virtual long? Acknowledged => null;

    /// <summary>Whether <see cref="TrySend(ReadOnlySpan{byte})"/> sends where there is room; else only <see cref="SendAsync"/> does.</summary>
    internal virtual bool SendsAtOnce => true;

    /// <summary>Where continuations run. Set before the first call.</summary>
    internal virtual ConnectionScheduling Scheduling
    {
        set
        {
        }
    }

    /// <summary>Has work run, where continuations do, when the peer's end or an error is noticed, also while no wait is parked. Called once at most; a stream that notices neither ignores it.</summary>
    /// <returns>True when it runs also for an end or an error that is there already.</returns>
    internal virtual bool RunAtHangUp(IThreadPoolWorkItem work) => false;

    /// <summary>Gives the socket away: the stream is over, and leaves it open. Only while no call is under way.</summary>
    internal virtual Socket? Detach() => Socket;

    /// <summary>Counts one receive without a wait; true when others must have their turn, and the next step is <see cref="WaitReadableAsync"/>.</summary>
    internal virtual bool EndsTurn() => false;

    /// <summary>Runs work of the connection's own when the caller's turn is over: on the loop whose thread calls, else on the thread pool.</summary>
    internal virtual void RunSoon(IThreadPoolWorkItem work) => ThreadPool.UnsafeQueueUserWorkItem(work, preferLocal: false);

    /// <summary>Starts work of the connection's user where its continuations run, never on the caller's stack.</summary>
    internal virtual void Run(IThreadPoolWorkItem work) => ThreadPool.UnsafeQueueUserWorkItem(work, preferLocal: false);
}
