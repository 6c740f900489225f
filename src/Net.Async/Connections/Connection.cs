using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>One connected stream, TCP or local: bytes in through <see cref="Input"/>, bytes out through <see cref="Output"/>.</summary>
/// <remarks>
/// The two directions end independently: the peer's FIN completes <see cref="Input"/> once every byte before it is consumed and leaves
/// <see cref="Output"/> alone; completing <see cref="Output"/> sends FIN and leaves <see cref="Input"/> alone. One reader and one writer at a time.
/// Dispose it: that closes in an orderly way within a time limit, and aborts when the limit passes.
/// </remarks>
public abstract partial class Connection : IDuplexPipe, IAsyncDisposable
{
    private static long s_lastId;

    private protected Connection()
    {
    }

    /// <summary>A number that no other connection of this process has.</summary>
    public long Id { get; } = Interlocked.Increment(ref s_lastId);

    /// <summary>The bytes from the peer. Complete it when nothing more is to be read.</summary>
    public abstract PipeReader Input { get; }

    /// <summary>The bytes to the peer. A flush completes when the kernel has taken them; completing sends FIN behind all of them; completing with an exception aborts.</summary>
    /// <remarks>A write says <c>IsCompleted</c> when not all of it was taken: the connection was closed, or its orderly end had been asked for before.</remarks>
    public abstract PipeWriter Output { get; }

    /// <summary>Messages from many callers at once, each sent whole, in the order in which they were queued; made on first use.</summary>
    public abstract Outbox Outbox { get; }

    /// <summary>This side's address, also after the close; null when the transport has none.</summary>
    public abstract EndPoint? LocalEndPoint { get; }

    /// <summary>The peer's address, also after the close; IPv4 peers of a dual-stack listener show as IPv4; null when the transport has none.</summary>
    public abstract EndPoint? RemoteEndPoint { get; }

    /// <summary>Which directions are open. Closed is both having ended; <see cref="CloseReason"/> follows when the close is over, which may discard what the peer still sends for a second.</summary>
    public abstract ConnectionState State { get; }

    /// <summary>What the transport can do.</summary>
    public abstract ConnectionCapabilities Capabilities { get; }

    /// <summary>Bytes received from the kernel.</summary>
    public abstract long BytesRead { get; }

    /// <summary>Bytes that the kernel has taken.</summary>
    public abstract long BytesWritten { get; }

    /// <summary>Bytes written and not yet taken by the kernel; with <see cref="BufferOptions.PauseWriterThreshold"/> those that no flush has handed over.</summary>
    public long UnflushedBytes => Output.UnflushedBytes;

    /// <summary>A token that is cancelled when nothing more will come: the peer's end, or its reset, has been seen, or the connection has ended from here. Never runs callbacks on the engine's stack.</summary>
    public abstract CancellationToken PeerClosed { get; }

    /// <summary>A token that is cancelled once when the connection has ended, whatever ended it.</summary>
    public abstract CancellationToken Closed { get; }

    /// <summary>Why it ended; null while it is open.</summary>
    public abstract CloseReason? CloseReason { get; }

    /// <summary>A token that is cancelled when the server stops and asks to finish; never for a connection that was connected from here.</summary>
    public abstract CancellationToken Stopping { get; }

    /// <summary>The attempts that led here, in order; empty for an accepted connection.</summary>
    public abstract IReadOnlyList<ConnectAttempt> Attempts { get; }

    /// <summary>The socket, for options that have no name here; null when there is none. Sending, receiving or closing on it breaks the connection.</summary>
    public abstract Socket? Socket { get; }

    /// <summary>TCP's own options, to read and to change while the connection is open.</summary>
    /// <value>Null when the transport is not TCP (<see cref="ConnectionCapabilities.Tcp"/>).</value>
    public abstract TcpFeature? Tcp { get; }

    /// <summary>What a Unix socket has: who is at the other end, and the kernel's buffers.</summary>
    /// <value>Null when the transport is no Unix socket, or the system does not say who the peer is (<see cref="ConnectionCapabilities.PeerCredentials"/>).</value>
    public abstract UnixFeature? Unix { get; }

    /// <summary>Receives into your memory, past the pipe: for those who own their buffers.</summary>
    /// <param name="buffer">Where the bytes go; empty waits until there is something to receive.</param>
    /// <param name="cancellationToken">Ends the wait and loses no byte.</param>
    /// <returns>How many bytes; 0 is the peer's end.</returns>
    /// <exception cref="InvalidOperationException">The pipe holds bytes, or a read is under way.</exception>
    /// <exception cref="ConnectionException">The connection was reset, aborted or closed.</exception>
    public abstract ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken = default);

    /// <summary>Sends all of your memory, past the pipe; completes when the kernel has taken it.</summary>
    /// <param name="bytes">The bytes; yours again when the call is over.</param>
    /// <param name="cancellationToken">Before anything is taken: nothing is sent. After that the connection is aborted, since the peer would see half a message. Once all is taken it comes too late. <c>CancelPendingFlush</c> does the same.</param>
    /// <exception cref="OperationCanceledException">It was cancelled: nothing was sent, or <see cref="CloseReason"/> says that the connection was aborted.</exception>
    /// <exception cref="InvalidOperationException">The pipe holds unflushed bytes, or a flush is under way.</exception>
    /// <exception cref="ConnectionException">The connection was reset, aborted or closed.</exception>
    public abstract ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default);

    /// <summary>Sends all of a sequence, past the pipe, as <see cref="SendAsync(ReadOnlyMemory{byte}, CancellationToken)"/> does.</summary>
    /// <param name="bytes">The bytes; yours again when the call is over.</param>
    /// <param name="cancellationToken">Before anything is taken: nothing is sent. After that the connection is aborted, since the peer would see half a message.</param>
    /// <exception cref="OperationCanceledException">It was cancelled: nothing was sent, or <see cref="CloseReason"/> says that the connection was aborted.</exception>
    /// <exception cref="InvalidOperationException">The pipe holds unflushed bytes, or a flush is under way.</exception>
    /// <exception cref="ConnectionException">The connection was reset, aborted or closed.</exception>
    public abstract ValueTask SendAsync(ReadOnlySequence<byte> bytes, CancellationToken cancellationToken = default);

    /// <summary>Closes in an orderly way: what was written before, also by a write that still waits, then FIN, discard what still comes (bounded), close. Returns when it is closed.</summary>
    /// <remarks>Nothing that is written after the call is taken. All of it is bounded by <see cref="CloseOptions.Timeout"/>; a write that has not ended by then throws, too.</remarks>
    /// <param name="cancellationToken">Aborts the connection and throws; it is closed either way.</param>
    /// <exception cref="ConnectionException">Bytes written could not be sent: the peer reset, or the time limit passed and the connection was aborted.</exception>
    public abstract Task CloseAsync(CancellationToken cancellationToken = default);

    /// <summary>Ends the connection now, with RST where the transport has one. Bytes under way are lost. Never throws.</summary>
    /// <param name="reason">The cause, kept in <see cref="CloseReason"/> and inside the exceptions of pending calls.</param>
    public abstract void Abort(Exception? reason = null);

    /// <summary>Starts work of the user's where the connection's continuations run, never on the caller's stack.</summary>
    internal abstract void Run(IThreadPoolWorkItem work);

    /// <summary>The topmost stream of a kind among those of the transport; null when there is none.</summary>
    internal abstract T? Layer<T>()
        where T : class;

    /// <summary>Both directions as one stream. Disposing it disposes the connection.</summary>
    public Stream AsStream() => new ConnectionStream(this, RemoteEndPoint, this);

    /// <summary>Closes in an orderly way within the time limit, then aborts. Idempotent, never throws for being late.</summary>
    public abstract ValueTask DisposeAsync();

    /// <summary>The two addresses.</summary>
    public override string ToString() => $"#{Id} {Describe(LocalEndPoint)} - {Describe(RemoteEndPoint)}";

    private static string Describe(EndPoint? endPoint) => endPoint is null ? "?" : NetEndPoint.Format(endPoint);
}
