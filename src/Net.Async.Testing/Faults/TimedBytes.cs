namespace Net.Async.Testing;

/// <summary>Bytes under way, each with the time when it arrives. Guarded by its owner's lock.</summary>
/// <param name="capacity">How many bytes are under way at most.</param>
internal sealed class TimedBytes(int capacity)
{
    private readonly ByteRing _bytes = new(capacity);
    private readonly Queue<(int Count, long Due)> _batches = new();
    private int _taken; // of the first batch

    public int Count => _bytes.Count;

    public int Room => _bytes.Room;

    /// <summary>When the first byte arrives; only while there is one.</summary>
    public long Due => _batches.Peek().Due;

    /// <summary>Adds bytes, for which there must be room, behind the others.</summary>
    public void Add(ReadOnlySpan<byte> bytes, long due)
    {
        _bytes.Write(bytes);
        _batches.Enqueue((bytes.Length, due));
    }

    /// <summary>Takes what has arrived and fits.</summary>
    public int Take(Span<byte> buffer, long now)
    {
        var count = 0;
        while (count < buffer.Length && _batches.TryPeek(out var first) && first.Due <= now)
        {
            var part = Math.Min(first.Count - _taken, buffer.Length - count);
            count += part;
            _taken += part;
            if (_taken < first.Count)
                break;
            _batches.Dequeue();
            _taken = 0;
        }

        return _bytes.Read(buffer[..count]);
    }

    /// <summary>Drops what has not arrived.</summary>
    public void DropLater(long now)
    {
        var arrived = _batches.TakeWhile(batch => batch.Due <= now).ToArray();
        _taken = arrived.Length > 0 ? _taken : 0;
        _bytes.Truncate(arrived.Sum(static batch => batch.Count) - _taken);
        _batches.Clear();
        Array.ForEach(arrived, _batches.Enqueue);
    }
}
