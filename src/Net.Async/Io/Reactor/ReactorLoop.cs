using System.Collections.Concurrent;
using System.ComponentModel;

namespace Net.Async;

/// <summary>One epoll set, what is watched there, and the queue of its work. A thread at a time runs it; which one may change.</summary>
internal sealed partial class ReactorLoop
{
    private const int EventsAtATime = 256;
    private const ulong WakeData = ulong.MaxValue;

    private readonly Epoll _epoll = new(EventsAtATime);
    private readonly int _wake;
    private readonly ConcurrentQueue<(IThreadPoolWorkItem Work, IWatched? Owner)> _queue = new();
    private readonly WatchTable _watched = new();
    private int _load;
    private int _asleep;

    public ReactorLoop()
    {
        _wake = LibC.EventDescriptor(0, LibC.NonBlocking | LibC.CloseOnExec);
        var error = _wake < 0 ? Errno.LastNumber
            : DescriptorReserve.Has(_wake, DescriptorReserve.OfAccepts) ? Errno.TooManyOpenFiles
            : _epoll.Watch(_wake, Epoll.In | Epoll.EdgeTriggered, WakeData);
        if (error == 0)
            return;
        Close();
        throw new Win32Exception(error);
    }

    /// <summary>Held while a stream changes what it is watched for: its reader and its writer may want that at once.</summary>
    public Lock Changing { get; } = new();

    /// <summary>Streams that live here.</summary>
    public int Load => Volatile.Read(ref _load);

    /// <summary>Nothing is there to do: the thread waits in the kernel.</summary>
    public bool IsAsleep => Volatile.Read(ref _asleep) != 0;

    public void Enter() => Interlocked.Increment(ref _load);

    public void Leave() => Interlocked.Decrement(ref _load);

    /// <summary>Watches a descriptor, edge-triggered, for its owner.</summary>
    /// <returns>0, or the error number; then it is not watched.</returns>
    public int Watch(IWatched owner, int descriptor, uint interest)
    {
        owner.WatchId = _watched.Add(owner);
        var error = _epoll.Watch(descriptor, interest | Epoll.EdgeTriggered, owner.WatchId);
        if (error != 0)
            _watched.Remove(owner.WatchId);
        return error;
    }

    /// <summary>Watches for something else too. What is the case already is an event at once.</summary>
    public int Rewatch(IWatched owner, int descriptor, uint interest) => _epoll.Change(descriptor, interest | Epoll.EdgeTriggered, owner.WatchId);

    /// <summary>Ends the watching of a descriptor that lives on.</summary>
    public void Forget(IWatched owner, int descriptor)
    {
        _epoll.Forget(descriptor);
        _watched.Remove(owner.WatchId);
    }

    /// <summary>The descriptor was closed, which has ended the kernel's part.</summary>
    public void Forget(IWatched owner) => _watched.Remove(owner.WatchId);

    /// <summary>Runs the work on the loop, after what is there already. From any thread.</summary>
    /// <param name="work">What runs.</param>
    /// <param name="owner">Whose code it is: who pays when it stands still.</param>
    public void Post(IThreadPoolWorkItem work, IWatched? owner)
    {
        _queue.Enqueue((work, owner));
        // Either the loop sees the work before it sleeps, or we see that it sleeps. One wake-up for all who come meanwhile.
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _asleep) != 0 && Interlocked.Exchange(ref _asleep, 0) != 0)
            Wake();
    }

    /// <summary>Only before it has a thread.</summary>
    public void Close()
    {
        if (_wake >= 0)
            _ = LibC.Close(_wake);
        _epoll.Close();
    }

    // Edge-triggered: each write is an event, and nobody needs to read the counter.
    private unsafe void Wake()
    {
        var one = 1UL;
        _ = LibC.Write(_wake, &one, sizeof(ulong));
    }
}
