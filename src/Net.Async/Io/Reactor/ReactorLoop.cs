using System.Collections.Concurrent;
using System.ComponentModel;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>One epoll set, what is registered there, and the queue of its work. A thread at a time runs it; which one may change.</summary>
internal sealed partial class ReactorLoop
{
    private const int EventsAtATime = 256;
    private const ulong WakeData = ulong.MaxValue;

    private readonly Epoll _epoll = new(EventsAtATime);
    private readonly int _wake;
    private readonly ConcurrentQueue<(IThreadPoolWorkItem Work, IEventSource? Source)> _queue = new();
    private readonly RegistrationTable _registrations = new();
    private readonly MonitorSleep _monitor;
    private int _load;
    private int _asleep;

    /// <param name="monitor">Ended when the loop becomes busy.</param>
    public ReactorLoop(MonitorSleep monitor)
    {
        _monitor = monitor;
        _wake = LibC.EventDescriptor(0, LibC.NonBlocking | LibC.CloseOnExec);
        var error = _wake < 0 ? Errno.LastNumber
            : DescriptorReserve.Has(_wake, DescriptorReserve.AcceptHeadroom) ? Errno.TooManyOpenFiles
            : _epoll.Add(_wake, Epoll.In | Epoll.EdgeTriggered, WakeData);
        if (error == 0)
            return;
        Close();
        throw new Win32Exception(error);
    }

    /// <summary>Held by a source while it changes its registration: its reader, its writer and its close may want that at once.</summary>
    public Lock Registering { get; } = new();

    /// <summary>Whose the loop is while a continuation runs.</summary>
    public LoopOwnership Ownership { get; } = new();

    /// <summary>Streams that run here.</summary>
    public int Load => Volatile.Read(ref _load);

    /// <summary>Nothing is there to do: the thread waits in the kernel.</summary>
    public bool IsAsleep => Volatile.Read(ref _asleep) != 0;

    public void Enter() => Interlocked.Increment(ref _load);

    public void Leave() => Interlocked.Decrement(ref _load);

    /// <summary>Registers a descriptor, edge-triggered.</summary>
    /// <returns>Without success it is not registered.</returns>
    public SocketError Register(IEventSource source, int descriptor, uint interest)
    {
        source.RegistrationId = _registrations.Add(source);
        var error = _epoll.Add(descriptor, interest | Epoll.EdgeTriggered, source.RegistrationId);
        if (error != 0)
            _registrations.Remove(source.RegistrationId);
        return Errno.ToSocketError(error);
    }

    /// <summary>Registers it for something else. What is the case already is an event at once.</summary>
    public SocketError Reregister(IEventSource source, int descriptor, uint interest) =>
        Errno.ToSocketError(_epoll.Modify(descriptor, interest | Epoll.EdgeTriggered, source.RegistrationId));

    /// <summary>Ends the registration of a descriptor whose socket stays open.</summary>
    public void Deregister(IEventSource source, int descriptor)
    {
        Epoll.TryRemove(_epoll.Descriptor, descriptor);
        _registrations.Remove(source.RegistrationId);
    }

    /// <summary>Ends the registration of a socket whose last descriptor is closed next: that ends the kernel's part.</summary>
    public void Deregister(IEventSource source) => _registrations.Remove(source.RegistrationId);

    /// <summary>Runs the work on the loop, after what is there already. From any thread.</summary>
    /// <param name="work">What runs.</param>
    /// <param name="source">The source to demote when the work stalls; null for none.</param>
    public void Post(IThreadPoolWorkItem work, IEventSource? source)
    {
        _queue.Enqueue((work, source));
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

    // Edge-triggered: each write is an event, and the counter need not be read.
    private unsafe void Wake()
    {
        var one = 1UL;
        _ = LibC.Write(_wake, &one, sizeof(ulong));
    }
}
