using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Net.Async;

/// <summary>The side of the reader that faces the kernel: claim, receive, wait.</summary>
internal sealed partial class InputPipe
{
    private readonly Action _onReadable;
    private ValueTaskAwaiter<SocketError> _parked;
    private TaskCompletionSource? _released;
    private bool _kernelClaimed;   // a wait is parked, or a thread is receiving
    private bool _drained = true;  // the kernel had no more at the last look

    private bool ClaimKernel()
    {
        if (_kernelClaimed || _detaching || _stopped || _ended || _failure is not null)
            return false;
        return _kernelClaimed = true;
    }

    private void ReleaseKernel()
    {
        _kernelClaimed = false;
        _released?.SetResult();
        _released = null;
    }

    /// <summary>Receives until something is known, and lets go of the kernel; when nothing is, the wait is parked and keeps it.</summary>
    private void Receive()
    {
        while (true)
        {
            if (_drained || _stream.EndsTurn())
            {
                _parked = _stream.WaitReadableAsync().GetAwaiter();
                if (!_parked.IsCompleted)
                {
                    _parked.UnsafeOnCompleted(_onReadable);
                    return;
                }

                if (IsOver(_parked.GetResult()))
                    return;
            }

            if (!TryFill())
                continue;
            lock (_lock)
                ReleaseKernel();
            return;
        }
    }

    private void Park()
    {
        _parked = _stream.WaitReadableAsync().GetAwaiter();
        if (_parked.IsCompleted)
            ThreadPool.UnsafeQueueUserWorkItem(static pipe => pipe.OnReadable(), this, preferLocal: false);
        else
            _parked.UnsafeOnCompleted(_onReadable);
    }

    private void OnReadable()
    {
        if (!IsOver(_parked.GetResult()) && !GoOn() && _watching)
            Look();
        Wake(inline: true);
    }

    // Asking has taken the error out of the kernel: a receive would not see it any more, and take the reset for an end.
    private bool IsOver(SocketError error)
    {
        if (error == SocketError.Success)
            return false;
        Note(TransportResult.Of(error));
        lock (_lock)
            ReleaseKernel();
        return true;
    }

    /// <summary>Something is there: receives it for whoever waits for bytes; false when nobody does, and the kernel was let go of.</summary>
    private bool GoOn()
    {
        _drained = false;
        bool ahead;
        lock (_lock)
        {
            ahead = WantsAhead();
            if (!ahead && !(_wait.IsWaiting && !_onlyReadiness && !_stopped && !_ended && _failure is null))
            {
                ReleaseKernel();
                return false;
            }
        }

        if (ahead)
            ReceiveAhead();
        else
            Receive();
        return true;
    }

    /// <summary>One receive into our memory; true when it told something.</summary>
    private bool TryFill()
    {
        Memory<byte> memory;
        lock (_lock)
            memory = _buffer.Lend();
        var received = _stream.TryReceive(memory.Span);
        _drained = received.Count < memory.Length;
        // Before anybody has the bytes, and not under the lock: who listens to the count may call back in.
        if (received.Count > 0)
            _connection.OnReceived(received.Count);
        lock (_lock)
        {
            _buffer.Commit(received.Count);
            BytesReceived += received.Count;
        }

        if (received.IsWouldBlock)
            return false;
        if (received.Count == 0)
            Note(received);
        return true;
    }

    /// <summary>Counts, and tells the connection of an end or a failure. Whoever calls has the kernel.</summary>
    private void Note(TransportResult received)
    {
        if (received.Count > 0)
        {
            BytesReceived += received.Count;
            _connection.OnReceived(received.Count);
            return;
        }

        if (!received.IsSuccess)
            _connection.OnFailed(received.Error);
        // A reset that a send or a look has seen leaves the kernel's error empty: the receive then looks like a clean end, and is none.
        var failure = _connection.Failure ?? (received.IsSuccess ? null : _connection.ClosedHere());
        lock (_lock)
        {
            _ended = failure is null;
            _failure ??= failure;
        }

        if (failure is null)
            OnEnded();
    }

    private void OnEnded()
    {
        lock (_lock)
        {
            if (_buffer.Length > 0)
            {
                _connection.OnPeerEnded(everythingRead: false);
                return;
            }

            _endShown = true;
        }

        _connection.OnPeerEnded(everythingRead: true);
    }
}
