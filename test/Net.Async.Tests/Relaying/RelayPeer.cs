namespace Net.Async.Tests.Relaying;

/// <summary>One peer: it sends bytes that follow from their position, and compares what it receives with the same. It ends its direction behind them, or resets there.</summary>
internal sealed class RelayPeer
{
    private const int Piece = 32 * 1024;

    private static readonly byte[] s_bytes = Pattern();

    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TimeSpan _stall;

    public RelayPeer(Random random, long bytes, bool resets)
    {
        Length = (long)(bytes * (0.5 + random.NextDouble()));
        Resets = resets;
        // One in five reads nothing for a while: both ways fill up.
        _stall = TimeSpan.FromMilliseconds(random.Next(5) == 0 ? random.Next(300) : 0);
    }

    /// <summary>How many bytes it sends; one that resets does so behind them.</summary>
    public long Length { get; }

    public bool Resets { get; }

    public long Received { get; private set; }

    public bool HasReadEnd { get; private set; }

    /// <summary>A byte that came and was not the one.</summary>
    public string? Mistake { get; private set; }

    public Task Begun => _begun.Task;

    public Task Ended => _ended.Task;

    /// <summary>Plays it on a connection. It resets once the other peer has begun: what resets before that is no relay yet.</summary>
    public async Task RunAsync(Connection connection, Task otherHasBegun)
    {
        _begun.TrySetResult();
        try
        {
            var receiving = ReceiveAsync(connection);
            await SendAsync(connection, otherHasBegun);
            await receiving;
        }
        finally
        {
            _ended.TrySetResult();
        }
    }

    private async Task SendAsync(Connection connection, Task otherHasBegun)
    {
        await Task.Yield();
        try
        {
            for (var sent = 0L; sent < Length;)
            {
                var count = (int)Math.Min(Piece, Length - sent);
                if ((await connection.Output.WriteAsync(s_bytes.AsMemory((int)(sent % Piece), count))).IsCompleted)
                    return;
                sent += count;
            }

            if (!Resets)
            {
                await connection.Output.CompleteAsync();
                return;
            }

            await otherHasBegun;
            connection.Abort();
        }
        catch (ConnectionException)
        {
            // The other one has reset.
        }
    }

    private async Task ReceiveAsync(Connection connection)
    {
        await Task.Delay(_stall);
        try
        {
            while (!HasReadEnd)
            {
                var read = await connection.Input.ReadAsync();
                foreach (var memory in read.Buffer)
                    Compare(memory.Span);
                connection.Input.AdvanceTo(read.Buffer.End);
                HasReadEnd = read.IsCompleted;
            }
        }
        catch (ConnectionException)
        {
            // Reset, by the relay or from here.
        }
    }

    private void Compare(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var count = Math.Min(bytes.Length, Piece);
            if (!bytes[..count].SequenceEqual(s_bytes.AsSpan((int)(Received % Piece), count)))
                Mistake ??= $"Among the {count} bytes from {Received} on is a wrong one.";
            Received += count;
            bytes = bytes[count..];
        }
    }

    // Twice, so that a piece may begin anywhere in the first. What is lost or sent twice shows, unless it is a whole piece: the counts tell that.
    private static byte[] Pattern()
    {
        var bytes = new byte[Piece];
        new Random(7).NextBytes(bytes);
        return [.. bytes, .. bytes];
    }
}
