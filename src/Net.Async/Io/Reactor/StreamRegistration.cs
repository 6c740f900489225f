using System.Net.Sockets;

namespace Net.Async;

/// <summary>What a stream is registered with its loop for. Part of the stream, and never copied; it changes under the loop's lock for registering.</summary>
internal struct StreamRegistration
{
    private volatile uint _interest;

    /// <summary>Runs when the peer's end or an error is noticed, also while no wait is parked; null for none.</summary>
    public IThreadPoolWorkItem? AtHangUp { get; set; }

    /// <summary>Whether the loop knows the stream.</summary>
    public readonly bool IsMade => _interest != 0;

    /// <summary>Whether the loop says these events already.</summary>
    public readonly bool Has(uint interest) => (_interest & interest) == interest;

    /// <summary>Has the loop say these events, too.</summary>
    public SocketError Add(ReactorLoop loop, IEventSource source, ref Descriptor descriptor, uint interest)
    {
        if (!descriptor.TryAddRef())
            return SocketError.OperationAborted;
        var error = SocketError.OperationAborted;
        lock (loop.Registering)
        {
            // A close that comes now waits for the lock, and finds the registration.
            var wanted = _interest | interest;
            if (!descriptor.IsClosed)
                error = IsMade ? loop.Reregister(source, descriptor.Number, wanted) : loop.Register(source, descriptor.Number, wanted);
            if (error == SocketError.Success)
                _interest = wanted;
        }

        descriptor.Release();
        return error;
    }

    /// <summary>The stream is closed next, which ends the registration by itself, unless another number of the same socket remains. Under the loop's lock.</summary>
    public readonly void EndLocked(ReactorLoop loop, IEventSource source, int descriptor, bool socketRemains)
    {
        if (!IsMade)
            return;
        if (socketRemains)
            loop.Deregister(source, descriptor);
        else
            loop.Deregister(source);
    }
}
