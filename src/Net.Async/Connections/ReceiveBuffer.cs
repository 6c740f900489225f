using System.Buffers;

namespace Net.Async;

/// <summary>What was received and not yet consumed, and how far it was examined. Guarded by its pipe's lock, part of it, and never copied.</summary>
internal struct ReceiveBuffer(MemoryPool<byte> pool)
{
    // A tail with less room than this would fragment: one tiny receive, one tiny segment.
    private const int LeastRoom = BlockPool.SmallBlock / 4;

    private SegmentChain _chain = new(pool);
    private long _examined;
    private long _end;
    private bool _lent;
    private bool _discarded;
    private int _size = BlockPool.SmallBlock;

    /// <summary>Bytes held.</summary>
    public long Length => _chain.Head is { } head ? _end - (head.RunningIndex + _chain.HeadIndex) : 0;

    public bool HasUnexamined => _end > _examined;

    /// <summary>A receive has memory of it.</summary>
    public bool IsLent => _lent;

    public ReadOnlySequence<byte> Sequence => Length == 0 ? default : new(_chain.Head!, _chain.HeadIndex, _chain.Tail!, _chain.Tail!.End);

    /// <summary>Lends memory for one receive; <see cref="Commit"/> takes it back.</summary>
    public Memory<byte> Lend()
    {
        if (_chain.Tail is null || _chain.Tail.Free < LeastRoom)
            _chain.Add(1, _size, _end);
        _lent = true;
        return _chain.Tail!.FreeMemory;
    }

    /// <summary>Adds what the receive put there. A receive that filled its memory asks for larger blocks, a small one for small.</summary>
    public void Commit(int count)
    {
        _lent = false;
        if (_discarded)
        {
            _chain.DropAll();
            return;
        }

        var tail = _chain.Tail!;
        _size = count == tail.Free ? BlockPool.LargeBlock : count < BlockPool.SmallBlock / 2 ? BlockPool.SmallBlock : _size;
        tail.Fill(count);
        _end += count;
        if (Length == 0)
            _chain.DropAll();
    }

    /// <summary>Consumes and examines, after checking that both positions are of this buffer and in order.</summary>
    public void Advance(SequencePosition consumed, SequencePosition examined)
    {
        var consumedAt = IndexOf(consumed, nameof(consumed));
        var examinedAt = IndexOf(examined, nameof(examined));
        if (examinedAt < consumedAt)
            throw new InvalidOperationException("The examined position is before the consumed position.");
        // It may be before the one examined earlier, as on a Pipe: what lies behind it is then new to the next read.
        _examined = examinedAt ?? _examined;
        if (consumedAt is { } position)
            Consume(position);
    }

    /// <summary>How far the reader has examined.</summary>
    public long Examined => _examined;

    /// <summary>Takes an examination back: what lies behind the mark is new to the next read.</summary>
    public void RestoreExamined(long mark) => _examined = Math.Min(_examined, mark);

    /// <summary>Gives every block back; one that a receive is filling when that is over.</summary>
    public void Discard()
    {
        _discarded = true;
        _examined = _end;
        if (!_lent)
            _chain.DropAll();
    }

    private void Consume(long position)
    {
        while (_chain.Head is { } head && head != _chain.Tail && position >= head.RunningIndex + head.End)
            _chain.DropHead();
        if (_chain.Head is null)
            return;
        _chain.HeadIndex = (int)(position - _chain.Head.RunningIndex);
        // Nothing left: a connection that waits holds no memory.
        if (Length == 0 && !_lent)
            _chain.DropAll();
    }

    private long? IndexOf(SequencePosition position, string name)
    {
        if (position.GetObject() is not { } target)
            return null;
        var index = position.GetInteger();
        for (var segment = _chain.Head; segment is not null; segment = segment.NextSegment)
        {
            if (ReferenceEquals(segment, target) && index >= 0 && index <= segment.End && (segment != _chain.Head || index >= _chain.HeadIndex))
                return segment.RunningIndex + index;
        }

        throw new InvalidOperationException($"The {name} position is not one of this reader's current buffer.");
    }
}
