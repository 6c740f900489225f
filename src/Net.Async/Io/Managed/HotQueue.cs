using System.Collections.Concurrent;
using System.Numerics;

namespace Net.Async;

/// <summary>Busy sockets that look again after a round instead of waiting for an event: on a loaded machine the bytes are there by then.</summary>
/// <remarks>
/// An event of the base class library's epoll thread costs a second receive, two queue hops and often a thread switch. A socket that answers a look
/// with bytes stays here and pays none of it; one that does not goes back to events. Under little load nothing is hot and nothing spins:
/// a round is run once for each socket that entered it.
/// </remarks>
internal sealed class HotQueue : IThreadPoolWorkItem
{
    // A power of two; more than one, so that several cores do not meet at one queue.
    private static readonly HotQueue[] s_queues =
        [.. Enumerable.Range(0, (int)BitOperations.RoundUpToPowerOf2((uint)Environment.ProcessorCount)).Select(_ => new HotQueue())];

    private static int s_last;

    private readonly ConcurrentQueue<SocketOperation> _waiting = new();
    private int _scheduled;

    /// <summary>The queue of the next socket: they take turns.</summary>
    public static HotQueue Next() => s_queues[Interlocked.Increment(ref s_last) & (s_queues.Length - 1)];

    public void Add(SocketOperation operation)
    {
        _waiting.Enqueue(operation);
        Schedule();
    }

    void IThreadPoolWorkItem.Execute()
    {
        // A full fence: a thread that adds after the count below must see that nothing is scheduled any more.
        Interlocked.Exchange(ref _scheduled, 0);
        // An operation that comes in again during the round waits for the next one: other work of the pool runs between them.
        for (var left = _waiting.Count; left > 0 && _waiting.TryDequeue(out var operation); left--)
        {
            // The continuation is a user's and may block: another thread must be able to run the rest.
            if (left > 1)
                Schedule();
            operation.EndRound();
        }
    }

    private void Schedule()
    {
        if (Volatile.Read(ref _scheduled) == 0 && Interlocked.Exchange(ref _scheduled, 1) == 0)
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }
}
