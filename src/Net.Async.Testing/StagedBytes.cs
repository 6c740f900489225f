namespace Net.Async.Testing;

/// <summary>What was written and the peer's side has not taken. Guarded by its writer's lock; memory that is lent out stays where it is until more is lent.</summary>
internal sealed class StagedBytes
{
    private const int Least = 4096;

    private byte[] _bytes = [];
    private int _start;
    private int _end;
    private int _lent;

    public int Count => _end - _start;

    /// <summary>Lends memory behind what is held.</summary>
    public Memory<byte> Lend(int sizeHint)
    {
        var least = Math.Max(sizeHint, 1);
        if (_bytes.Length - _end < least)
        {
            var grown = new byte[Math.Max(Count + Math.Max(least, Least), Math.Min(2 * Count, Array.MaxLength))];
            _bytes.AsSpan(_start, Count).CopyTo(grown);
            (_bytes, _start, _end) = (grown, 0, Count);
        }

        _lent = _bytes.Length - _end;
        return _bytes.AsMemory(_end);
    }

    /// <summary>What was written to lent memory is kept, or dropped.</summary>
    public void Advance(int count, bool keeps)
    {
        if (count < 0 || count > _lent)
            throw new ArgumentOutOfRangeException(nameof(count), count, $"At most {_lent} bytes were given out to write to.");
        _lent -= count;
        _end += keeps ? count : 0;
    }

    public void Append(ReadOnlySpan<byte> source)
    {
        source.CopyTo(Lend(source.Length).Span);
        Advance(source.Length, keeps: true);
        _lent = 0;
    }

    /// <summary>The first bytes, at most so many; they are held no more, and stay where they are until more is lent.</summary>
    public ReadOnlySpan<byte> Take(int most)
    {
        var taken = _bytes.AsSpan(_start, Math.Min(most, Count));
        _start += taken.Length;
        return taken;
    }

    public void Clear() => _start = _end;

    /// <summary>The memory goes; nothing is held or lent.</summary>
    public void Release() => (_bytes, _start, _end, _lent) = ([], 0, 0, 0);
}
