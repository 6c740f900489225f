using System.Buffers;

namespace Net.Async;

/// <summary>One message of an outbox: its bytes, and the array behind them when that is a copy.</summary>
internal readonly struct OutboxMessage
{
    /// <summary>What each message counts beside its length: its entry in the queue. Without it the number of short messages would have no bound.</summary>
    public const int Charge = 64;

    private readonly byte[]? _copy;

    private OutboxMessage(ReadOnlyMemory<byte> bytes, byte[]? copy) => (Bytes, _copy) = (bytes, copy);

    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>What it counts against the limit.</summary>
    public long Cost => CostOf(Bytes.Length);

    public static long CostOf(int length) => (long)length + Charge;

    /// <summary>A message in memory that does not change until it is sent.</summary>
    public static OutboxMessage Share(ReadOnlyMemory<byte> bytes) => new(bytes, null);

    /// <summary>A message whose memory is the caller's again at once.</summary>
    public static OutboxMessage Copy(ReadOnlySpan<byte> bytes)
    {
        var copy = ArrayPool<byte>.Shared.Rent(bytes.Length);
        bytes.CopyTo(copy);
        return new(copy.AsMemory(0, bytes.Length), copy);
    }

    /// <summary>Its memory is not read any more. Called once, by the one who has the message.</summary>
    public void Release()
    {
        if (_copy is not null)
            ArrayPool<byte>.Shared.Return(_copy);
    }
}
