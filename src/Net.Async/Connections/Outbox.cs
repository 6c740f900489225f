namespace Net.Async;

/// <summary>Messages to the peer of one connection, from many callers at once: each is sent whole, in the order in which they were queued.</summary>
/// <remarks>
/// What it holds is bounded (<see cref="OutboxOptions.MaxBytes"/>). Nothing runs for one that is empty: the caller who queues a message sends it, as far as the
/// kernel takes it at once; what follows is sent as the kernel has room, by no task of its own. Several small messages go in one system call.
/// <see cref="Connection.Output"/> may be used at the same time: a message comes between two of its calls, never into one, and never into a file or a stream with a length.
/// An orderly end comes behind every message that was queued before it was asked for; later ones are refused.
/// </remarks>
public sealed class Outbox
{
    private readonly SendSide _side;
    private readonly OutboxQueue _queue;

    internal Outbox(SendSide side)
    {
        _side = side;
        _queue = new OutboxQueue(side.Lifetime.Options.Outbox, side.Lifetime.Options.Buffers.Pool);
    }

    /// <summary>What is queued and not taken by the kernel: the lengths of the messages, and 64 bytes for each. Messages that are sent together leave together.</summary>
    public long QueuedBytes
    {
        get
        {
            lock (_side.Gate)
                return _queue.QueuedBytes;
        }
    }

    /// <summary>How many messages were dropped because there was no room, the one that overflowed included. What the end of the connection cuts off is not counted: <see cref="Connection.CloseReason"/> tells.</summary>
    public long DroppedMessages
    {
        get
        {
            lock (_side.Gate)
                return _queue.DroppedMessages;
        }
    }

    private OutboxOptions Options => _side.Lifetime.Options.Outbox;

    /// <summary>Queues a copy of a message, without waiting. When there is no room, <see cref="OutboxOptions.FullMode"/> decides. It may go before messages of <see cref="PostAsync"/> that wait for room.</summary>
    /// <param name="message">The message; yours again when the call is over. An empty one is nothing, and has room.</param>
    /// <returns>False when it was not queued: it was dropped, or the connection was aborted for it, or has ended, or is to end.</returns>
    /// <exception cref="ArgumentException">The message is longer than the outbox can ever hold.</exception>
    /// <exception cref="InvalidOperationException">The connection is for reading only.</exception>
    public bool TryPost(ReadOnlySpan<byte> message)
    {
        Options.CheckLength(message, nameof(message));
        return Post(OutboxMessage.Copy(message));
    }

    /// <summary>Queues a message without a copy, and without waiting: for one message to many connections. Otherwise as <see cref="TryPost"/>.</summary>
    /// <param name="message">The message. Its memory must not change until it is sent (<see cref="FlushAsync"/>), or the connection has ended and is disposed.</param>
    /// <returns>False when it was not queued: it was dropped, or the connection was aborted for it, or has ended, or is to end.</returns>
    /// <exception cref="ArgumentException">The message is longer than the outbox can ever hold.</exception>
    /// <exception cref="InvalidOperationException">The connection is for reading only.</exception>
    public bool TryPostShared(ReadOnlyMemory<byte> message)
    {
        Options.CheckLength(message.Span, nameof(message));
        return Post(OutboxMessage.Share(message));
    }

    /// <summary>Queues a copy of a message as soon as there is room. Calls that wait have room in the order in which they came.</summary>
    /// <param name="message">The message; yours again when the call is over. An empty one is nothing, and has room.</param>
    /// <param name="cancellationToken">Ends the wait; the message is not queued.</param>
    /// <exception cref="ArgumentException">The message is longer than the outbox can ever hold.</exception>
    /// <exception cref="ConnectionException">The connection has ended, or its end was asked for, before there was room.</exception>
    /// <exception cref="InvalidOperationException">The connection is for reading only.</exception>
    public ValueTask PostAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken = default)
    {
        Options.CheckLength(message.Span, nameof(message));
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled(cancellationToken);
        var copy = OutboxMessage.Copy(message.Span);
        OutboxWait? wait = null;
        Exception? refusal = null;
        bool sends, fits, isQueued;
        lock (_side.Gate)
        {
            if (!TakesLocked())
                refusal = FailureLocked();
            else if (!message.IsEmpty && !_queue.TryAddInTurn(copy))
                wait = _queue.Waits.WaitForRoom(message);
            isQueued = refusal is null && wait is null && !message.IsEmpty;
            fits = _side.SettleLocked();
            sends = fits && refusal is null && wait is null && _side.TryBeginLocked();
        }

        if (sends)
            _side.SendAndWake();
        if (!isQueued)
            copy.Release();
        if (!fits)
            refusal = _side.Lifetime.EndOverBudget();
        return refusal is not null ? ValueTask.FromException(refusal) : wait is null ? default : new(EndAsync(wait, cancellationToken));
    }

    /// <summary>Waits until every message that was queued before has been taken by the kernel, or dropped because there was no room.</summary>
    /// <param name="cancellationToken">Ends the wait; the messages go out all the same.</param>
    /// <exception cref="ConnectionException">The connection ended before all of them had gone.</exception>
    public Task FlushAsync(CancellationToken cancellationToken = default)
    {
        OutboxWait wait;
        lock (_side.Gate)
        {
            if (cancellationToken.IsCancellationRequested)
                return Task.FromCanceled(cancellationToken);
            if (_queue.Loss is { } loss)
                return Task.FromException(loss);
            if (!_queue.HasMore)
                return Task.CompletedTask;
            wait = _queue.Waits.WaitForSending(_queue.LastNumber);
        }

        return EndAsync(wait, cancellationToken);
    }

    private bool Post(OutboxMessage message)
    {
        PostOutcome outcome;
        bool sends, fits;
        lock (_side.Gate)
        {
            outcome = !TakesLocked() ? PostOutcome.Refused : message.Bytes.IsEmpty ? PostOutcome.Queued : _queue.Post(message);
            fits = _side.SettleLocked();
            sends = fits && outcome == PostOutcome.Queued && _side.TryBeginLocked();
        }

        if (sends)
            _side.SendAndWake();
        else if (outcome == PostOutcome.Overflow)
            _side.Lifetime.AbortOverflowing(Overflow(message));
        else if (!fits)
            _ = _side.Lifetime.EndOverBudget();
        if (outcome != PostOutcome.Queued || message.Bytes.IsEmpty)
            message.Release();
        return fits && outcome == PostOutcome.Queued;
    }

    private async Task EndAsync(OutboxWait wait, CancellationToken cancellationToken)
    {
        var registration = cancellationToken.UnsafeRegister(static (state, token) =>
        {
            var (outbox, wait) = ((Outbox, OutboxWait))state!;
            outbox.Cancel(wait, token);
        }, (this, wait));
        try
        {
            await wait.Task.ConfigureAwait(false);
        }
        finally
        {
            // Never Dispose: it would wait for a callback that waits for the lock.
            registration.Unregister();
        }
    }

    private void Cancel(OutboxWait wait, CancellationToken token)
    {
        bool sends;
        lock (_side.Gate)
        {
            if (!_queue.Waits.Remove(wait))
                return;
            wait.TrySetCanceled(token);
            // One that came later may be shorter, and have room.
            _queue.OnRoom();
            sends = _side.TryBeginLocked();
        }

        if (sends)
            _side.SendAndWake();
    }

    // A whole that is being handed over delays messages, and an end that was asked for refuses them.
    private bool TakesLocked()
    {
        if (_side.Direction.State == SendState.Disabled)
            throw new InvalidOperationException($"The connection to {_side.Lifetime.Peer} is for reading only: nothing can be posted to it.");
        _side.Outbox ??= _queue;
        return _side.Direction.State is SendState.Open or SendState.Held;
    }

    private Exception FailureLocked() => _side.Direction.Failure ?? _side.Lifetime.ClosedHere();

    private string Overflow(in OutboxMessage message) =>
        $"The outbox is full: {QueuedBytes} bytes are queued, and a message of {message.Bytes.Length} bytes would pass {nameof(OutboxOptions)}.{nameof(OutboxOptions.MaxBytes)} ({Options.MaxBytes})";
}
