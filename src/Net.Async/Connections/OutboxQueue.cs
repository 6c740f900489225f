using System.Buffers;

namespace Net.Async;

/// <summary>The messages of an outbox, without I/O: what has room, what is dropped, what is sent next, which waits end. Guarded by the lock of the pipe.</summary>
internal sealed class OutboxQueue(OutboxOptions options, MemoryPool<byte> pool)
{
    // An outbox that was full once keeps no more entries than this while it is empty.
    private const int MostKeptEntries = 128;

    // So many bytes are sent in one go: the stack that sends may be that of one of many callers, or a loop that serves other connections.
    private const int BytesOfATurn = 1024 * 1024;

    private readonly Queue<OutboxMessage> _messages = new();
    private OutboxBatch _batch;
    private long _lastBefore; // the number of the last message before the batch
    private int _turn;

    /// <summary>The calls that wait.</summary>
    public OutboxWaits Waits { get; } = new();

    /// <summary>The lengths of the messages that the transport has not taken, and the charge of each.</summary>
    public long QueuedBytes { get; private set; }

    /// <summary>How many messages were dropped because there was no room.</summary>
    public long DroppedMessages { get; private set; }

    /// <summary>Bytes that the transport has taken.</summary>
    public long BytesSent { get; private set; }

    /// <summary>The number of the last message that was queued; the first one is 1.</summary>
    public long LastNumber { get; private set; }

    /// <summary>What a call throws that waits for messages which are not sent any more; null when none is missing.</summary>
    public Exception? Loss { get; private set; }

    /// <summary>Whether some messages wait, or are being sent.</summary>
    public bool HasMore => _messages.Count > 0 || IsSending;

    /// <summary>Whether a batch has begun: nothing else may go before the rest of it.</summary>
    public bool IsSending => _batch.Count > 0;

    /// <summary>The number up to which every message has gone, to the transport or because there was no room.</summary>
    /// <remarks>Messages leave in the order of their numbers, but for those that are dropped while a batch before them is being sent.</remarks>
    public long GoneUpTo => IsSending ? _lastBefore : LastNumber - _messages.Count;

    /// <summary>Whether a call that must not go before others finds room.</summary>
    public bool TryAddInTurn(in OutboxMessage message) => Waits.NextMessage is null && TryAdd(message);

    /// <summary>Adds a message, or does what the options say when there is no room.</summary>
    public PostOutcome Post(in OutboxMessage message)
    {
        if (TryAdd(message))
            return PostOutcome.Queued;
        if (options.FullMode == OutboxFullMode.DropOldest && TryMakeRoom(message.Cost))
        {
            Add(message);
            OnRoom();
            return PostOutcome.Queued;
        }

        DroppedMessages++;
        return options.FullMode == OutboxFullMode.Disconnect ? PostOutcome.Overflow : PostOutcome.Dropped;
    }

    /// <summary>What is to be sent: the rest of the batch, or a new one.</summary>
    public SendStep Next(out ReadOnlyMemory<byte> bytes)
    {
        bytes = default;
        if (!IsSending)
        {
            if (_messages.Count == 0)
                return SendStep.Nothing;
            if (_turn >= BytesOfATurn)
            {
                _turn = 0;
                return SendStep.Pause;
            }

            Begin();
        }

        bytes = _batch.Rest;
        return SendStep.Bytes;
    }

    /// <summary>The transport took so many bytes.</summary>
    /// <returns>False when they were none of the outbox's: no batch has begun.</returns>
    public bool TryRecord(int count)
    {
        if (!IsSending)
            return false;
        Record(count);
        return true;
    }

    /// <summary>A call that waited for room is gone, or there is more room: the next ones may have some.</summary>
    public void OnRoom()
    {
        Waits.EndUpTo(GoneUpTo);
        while (Waits.NextMessage is { } next && HasRoom(OutboxMessage.CostOf(next.Length)))
        {
            Add(OutboxMessage.Copy(next.Span));
            Waits.EndNext();
        }
    }

    /// <summary>Nothing is sent any more. The batch stays until the transport has let go of it.</summary>
    public void End(Exception failure)
    {
        Loss = HasMore ? failure : null;
        while (_messages.Count > 0)
            RemoveOldest();
        Shrink();
        Waits.Fail(failure);
    }

    /// <summary>The transport has let go of the batch, which is not sent any more.</summary>
    public void Discard()
    {
        QueuedBytes -= _batch.Cost;
        _batch.Release();
    }

    private void Record(int count)
    {
        BytesSent += count;
        _batch.Advance(count);
        if (!_batch.Rest.IsEmpty)
            return;
        QueuedBytes -= _batch.Cost;
        _batch.Release();
        if (_messages.Count == 0)
            Shrink();
        OnRoom();
    }

    private bool HasRoom(long cost) => QueuedBytes + cost <= options.MaxBytes;

    private bool TryAdd(in OutboxMessage message)
    {
        var hasRoom = HasRoom(message.Cost);
        if (hasRoom)
            Add(message);
        return hasRoom;
    }

    private void Add(in OutboxMessage message)
    {
        _messages.Enqueue(message);
        QueuedBytes += message.Cost;
        LastNumber++;
    }

    private bool TryMakeRoom(long cost)
    {
        if (_batch.Cost + cost > options.MaxBytes)
            return false;
        while (!HasRoom(cost))
        {
            RemoveOldest();
            DroppedMessages++;
        }

        return true;
    }

    private void RemoveOldest()
    {
        var message = _messages.Dequeue();
        QueuedBytes -= message.Cost;
        message.Release();
    }

    private void Begin()
    {
        _lastBefore = LastNumber - _messages.Count;
        // A batch stays until it is sent: it must not fill the outbox, or DropOldest would have nothing to drop.
        _batch.Take(_messages, options.MaxBytes / 2, pool);
        _turn += _batch.Rest.Length;
    }

    private void Shrink()
    {
        _turn = 0;
        if (_messages.Capacity > MostKeptEntries)
            _messages.TrimExcess();
    }
}
