using System.Buffers;

namespace Net.Async;

/// <summary>The messages that are being sent: one from its own memory, or several small ones copied into one block. Part of its queue, and never copied.</summary>
internal struct OutboxBatch
{
    // A message goes out with others in one system call up to so many bytes; a longer one is worth a call of its own.
    private const int MostGathered = BlockPool.LargeBlock;

    private OutboxMessage _message;
    private IMemoryOwner<byte>? _block;

    /// <summary>What of it the transport has not taken.</summary>
    public ReadOnlyMemory<byte> Rest { get; private set; }

    /// <summary>How many messages; 0 when nothing is being sent.</summary>
    public int Count { get; private set; }

    /// <summary>What its messages count against the limit.</summary>
    public long Cost { get; private set; }

    /// <summary>Takes the first messages out of the queue, which has some.</summary>
    /// <param name="messages">The queue.</param>
    /// <param name="mostCost">How much several messages together may count; one alone may count more.</param>
    /// <param name="pool">Where the block comes from.</param>
    public void Take(Queue<OutboxMessage> messages, long mostCost, MemoryPool<byte> pool)
    {
        var (count, length) = Gatherable(messages, mostCost);
        if (count < 2)
            TakeOne(messages.Dequeue());
        else
            Gather(messages, count, length, pool);
    }

    /// <summary>The transport took this many.</summary>
    public void Advance(int count) => Rest = Rest[count..];

    /// <summary>The transport has let go of the memory.</summary>
    public void Release()
    {
        _message.Release();
        _block?.Dispose();
        this = default;
    }

    private static (int Count, int Length) Gatherable(Queue<OutboxMessage> messages, long mostCost)
    {
        var (count, length) = (0, 0);
        foreach (var message in messages)
        {
            mostCost -= message.Cost;
            if (message.Bytes.Length > MostGathered - length || mostCost < 0)
                break;
            (count, length) = (count + 1, length + message.Bytes.Length);
        }

        return (count, length);
    }

    private void TakeOne(OutboxMessage message) => (_message, Rest, Count, Cost) = (message, message.Bytes, 1, message.Cost);

    private void Gather(Queue<OutboxMessage> messages, int count, int length, MemoryPool<byte> pool)
    {
        // Before the queue is touched: a pool of the user's may throw.
        _block = Blocks.Rent(pool, length, length);
        var memory = _block.Memory;
        for (var at = 0; Count < count; Count++)
        {
            var message = messages.Dequeue();
            message.Bytes.CopyTo(memory[at..]);
            at += message.Bytes.Length;
            Cost += message.Cost;
            message.Release();
        }

        Rest = memory[..length];
    }
}
