namespace Net.Async.Testing;

/// <summary>A bounded queue of bytes. Its memory is made with the first byte. Guarded by its owner's lock.</summary>
/// <param name="capacity">How many bytes it holds at most.</param>
internal sealed class ByteRing(int capacity)
{
    private byte[] _bytes = [];
    private int _start;

    public int Count { get; private set; }

    public int Room => capacity - Count;

    /// <summary>Takes as many bytes as there is room for, and returns how many.</summary>
    public int Write(ReadOnlySpan<byte> source)
    {
        if (_bytes.Length == 0)
            _bytes = new byte[capacity];
        var count = Math.Min(source.Length, Room);
        var end = (_start + Count) % capacity;
        var first = Math.Min(count, capacity - end);
        source[..first].CopyTo(_bytes.AsSpan(end));
        source[first..count].CopyTo(_bytes);
        Count += count;
        return count;
    }

    /// <summary>Gives the oldest bytes, as many as there are and fit, and returns how many.</summary>
    public int Read(Span<byte> target)
    {
        var count = Math.Min(target.Length, Count);
        var first = Math.Min(count, _bytes.Length - _start);
        _bytes.AsSpan(_start, first).CopyTo(target);
        _bytes.AsSpan(0, count - first).CopyTo(target[first..]);
        _start = count == 0 ? _start : (_start + count) % capacity;
        Count -= count;
        return count;
    }

    /// <summary>Keeps the oldest bytes only.</summary>
    public void Truncate(int count) => Count = count;
}
