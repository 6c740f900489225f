using System.Net.Sockets;

namespace Net.Async;

/// <summary>What the reader does while nobody reads: receive ahead, watch for the end, discard at the close.</summary>
internal sealed partial class InputPipe
{
    private static readonly TimeSpan s_firstLook = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan s_longEnough = TimeSpan.FromMilliseconds(8);
    private static readonly TimeSpan s_lastLook = TimeSpan.FromMilliseconds(64);

    private static readonly TimeSpan s_recheckPeriod = TimeSpan.FromSeconds(1);

    private bool _watching;
    private Recheck? _recheck;

    /// <summary>Has the peer's end noticed although nobody reads: at once while nothing is queued, else within a second.</summary>
    public void Watch()
    {
        lock (_lock)
        {
            if (_watching)
                return;
            _watching = true;
        }

        Look();
        Again();
    }

    /// <summary>Starts receiving ahead of the reader, when the options ask for it.</summary>
    public void StartAhead()
    {
        lock (_lock)
        {
            if (!WantsAhead() || !ClaimKernel())
                return;
        }

        ReceiveAhead();
    }

    /// <summary>Receives and drops until the peer's end, until nothing is unread and everything sent has arrived, or the limit. The reader must be stopped.</summary>
    public async Task DiscardAsync(long limit, CancellationToken cancellationToken)
    {
        using var scratch = Blocks.Rent(_options.Pool, BlockPool.SmallBlock, BlockPool.SmallBlock);
        var pause = s_firstLook;
        while (limit > 0)
        {
            if (KernelReleased() is { } released)
            {
                // Readable, or time to ask again whether everything has arrived: the peer's kernel may take 40 ms to say so.
                var timer = Task.Delay(pause, _options.TimeProvider, cancellationToken);
                if (await Task.WhenAny(released, timer).ConfigureAwait(false) != timer)
                    continue;
                if (IsEverythingKnown(pause))
                    return;
                cancellationToken.ThrowIfCancellationRequested();
                pause = pause < s_lastLook ? pause * 2 : s_lastLook;
                continue;
            }

            var received = _stream.TryReceive(scratch.Memory.Span);
            if (received.IsWouldBlock && !IsEverythingKnown(TimeSpan.Zero))
            {
                Park();
                continue;
            }

            lock (_lock)
                ReleaseKernel();
            if (!received.IsSuccess && !received.IsWouldBlock)
                _connection.OnFailed(received.Error);
            if (received.Count == 0)
                return;
            limit -= received.Count;
        }
    }

    // A transport that cannot look knows of unread bytes only after a wait of some length.
    private bool IsEverythingKnown(TimeSpan waited) => _stream.IsAllAcknowledged && (_stream.CanPeek || waited >= s_longEnough);

    // Claims the kernel and says null, or says when to try again.
    private Task? KernelReleased()
    {
        lock (_lock)
        {
            if (_kernelClaimed)
                return (_released ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            _kernelClaimed = true;
            return null;
        }
    }

    private void Again() => (_recheck ??= new Recheck(this, TimerQueue.Of(_options.TimeProvider))).Set();

    private void Tick()
    {
        Look();
        lock (_lock)
        {
            if (_ended || _stopped || _failure is not null || _connection.CloseReason is not null)
                return;
        }

        Again();
    }

    /// <summary>Looks at what is next and leaves it there. Nothing: the wait is parked and tells. Data: looks past it for a reset or the end.</summary>
    private void Look()
    {
        lock (_lock)
        {
            if (!ClaimKernel())
                return;
        }

        var next = _stream.Peek();
        if (next.IsWouldBlock)
        {
            Park();
            return;
        }

        if (next.Count == 0)
            Note(next);
        else if (_stream.PendingError() is not SocketError.Success and var error)
            _connection.OnFailed(error);
        else if (_stream.HasPeerEnded)
            // Nobody will read what is before the end if the reader has gone.
            _connection.OnPeerEnded(everythingRead: IsCompleted);
        GoOn();
        Wake(inline: false);
    }

    /// <summary>Receives until the limit is reached or the kernel has no more. The caller has claimed the kernel.</summary>
    private void ReceiveAhead()
    {
        while (true)
        {
            Receive();
            Wake(inline: false);
            lock (_lock)
            {
                if (!WantsAhead() || !ClaimKernel())
                    return;
            }
        }
    }

    /// <summary>Looks once a second for an end behind unread bytes, which raises no event.</summary>
    private sealed class Recheck(InputPipe pipe, TimerQueue queue) : TimerEntry
    {
        public void Set() => queue.Set(this, s_recheckPeriod);

        public void Remove() => queue.Remove(this);

        public override void OnElapsed() => pipe.Tick();
    }

    private bool WantsAhead() =>
        _options.ReadAhead && !_ended && !_stopped && !_completed && _failure is null && _buffer.Length < _options.ReadAheadLimit;
}
