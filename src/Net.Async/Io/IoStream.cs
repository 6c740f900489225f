using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>The seam to the kernel: one connected stream. Engines implement it, the pipes are written on it.</summary>
/// <remarks>
/// Nothing here throws for what peers do: errors come back in the <see cref="IoResult"/>. At most one wait and one send are under way
/// at a time; the Try calls never block. <see cref="Close"/> and <see cref="Reset"/> may come from any thread at any time: calls under way end
/// with <see cref="SocketError.OperationAborted"/>, and no call ever reaches a descriptor that has a new owner.
/// Continuations run on the engine's thread, and must not block it for long.
/// </remarks>
internal abstract class IoStream
{
    public abstract ConnectionCapabilities Capabilities { get; }

    public abstract EndPoint? LocalEndPoint { get; }

    public abstract EndPoint? RemoteEndPoint { get; }

    /// <summary>The socket itself, for users who must have it; null when there is none.</summary>
    public virtual Socket? Socket => null;

    /// <summary>Whether it has one of the process's last descriptors, which an accepted one must not keep.</summary>
    public virtual bool IsOfTheReserve => false;

    /// <summary>Gives the socket away: the stream is over, and leaves it open. Only while no call is under way.</summary>
    public virtual Socket? Detach() => Socket;

    /// <summary>Counts one receive without a wait; true when others must have their turn, and the next step is <see cref="WaitReadableAsync"/>.</summary>
    public virtual bool EndsTurn() => false;

    /// <summary>Where continuations run. Set before the first call.</summary>
    public virtual ConnectionScheduling Scheduling
    {
        set
        {
        }
    }

    /// <summary>Starts work of the connection's user where its continuations run, never on the caller's stack.</summary>
    public virtual void Run(IThreadPoolWorkItem work) => ThreadPool.UnsafeQueueUserWorkItem(work, preferLocal: false);

    /// <summary>Whether it may be in a poll set of this process. It has to leave it before another process gets it.</summary>
    public virtual bool IsPolled => true;

    /// <summary>Receives what is there; 0 bytes into a buffer that is not empty is the peer's FIN.</summary>
    public abstract IoResult TryReceive(Span<byte> buffer);

    /// <summary>Waits, without memory, until a receive would say something. May be early: always try, and wait again.</summary>
    public abstract ValueTask<SocketError> WaitReadableAsync();

    /// <summary>Looks whether data (1), the end (0), nothing (would block) or an error is next, and leaves it there.</summary>
    public abstract IoResult Peek();

    /// <summary>Whether <see cref="Peek"/> and <see cref="TryReceive"/> ask the kernel; without it they know only what a wait has brought.</summary>
    public virtual bool CanLook => true;

    /// <summary>Sends as much as the kernel takes at once, possibly less than all.</summary>
    public abstract IoResult TrySend(ReadOnlySpan<byte> bytes);

    /// <summary>The same for several pieces in one call.</summary>
    public abstract IoResult TrySend(IList<ArraySegment<byte>> pieces);

    /// <summary>Sends all of it, waiting for the kernel as often as it takes. The memory belongs to the call until it ends.</summary>
    public abstract ValueTask<SocketError> SendAsync(ReadOnlyMemory<byte> bytes);

    /// <summary>Waits until the kernel takes something, and sends a first part, one byte at least; cancelled before that, it would block, and nothing was sent.</summary>
    /// <remarks>For a send that can be taken back. The memory belongs to the call until it ends. A stream that cannot take back sends a byte whatever the token says.</remarks>
    public virtual async ValueTask<IoResult> SendFirstAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        await SendAsync(bytes[..1]).ConfigureAwait(false) is not SocketError.Success and var error ? IoResult.Of(error) : IoResult.Of(1);

    /// <summary>Sends FIN; does nothing on a transport without half-close.</summary>
    public abstract SocketError EndSending();

    /// <summary>Whether everything sent, the FIN included, has arrived at the peer's kernel.</summary>
    public abstract bool IsAllAcknowledged { get; }

    /// <summary>The error the kernel holds for this stream, without waiting; success when it holds none.</summary>
    public abstract SocketError PendingError();

    /// <summary>Whether the peer's FIN has arrived, perhaps behind bytes that nobody has received yet; false where that cannot be told.</summary>
    public virtual bool HasPeerEnded => false;

    /// <summary>Closes now. Bytes that the kernel took still go out.</summary>
    public abstract void Close();

    /// <summary>Closes now with RST where the transport has one. Bytes that the peer has not got are lost.</summary>
    public abstract void Reset();
}
