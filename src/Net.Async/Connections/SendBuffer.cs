using System.Buffers;
using System.Runtime.InteropServices;

namespace Net.Async;

/// <summary>What was written and the kernel has not taken. Guarded by its pipe's lock, part of it, and never copied.</summary>
internal struct SendBuffer(MemoryPool<byte> pool)
{
    // More pieces than this in one call would make the base class library allocate.
    private const int MostPieces = 8;

    [ThreadStatic]
    private static List<ArraySegment<byte>>? t_pieces;

    private SegmentChain _chain = new(pool);
    private int _lent;
    private bool _isLent;
    private long _unflushed; // written since the last flush, sent or not

    /// <summary>Bytes held.</summary>
    public long Pending { get; private set; }

    /// <summary>Bytes held that a flush has handed over; below zero when bytes behind the last flush have gone already.</summary>
    public long Flushed => Pending - _unflushed;

    /// <summary>Bytes that were written and not handed over by a flush, as far as they are not sent.</summary>
    public long Unflushed => Math.Clamp(_unflushed, 0, Pending);

    /// <summary>The first piece to send, of at most so many bytes.</summary>
    public ReadOnlyMemory<byte> First(long most)
    {
        var piece = _chain.Head!.Memory[_chain.HeadIndex..];
        return piece[..(int)Math.Min(piece.Length, most)];
    }

    /// <summary>Lends memory to write to; at least the hint, at least one byte.</summary>
    public Memory<byte> Lend(int sizeHint)
    {
        var least = Math.Max(sizeHint, 1);
        if (_chain.Tail is null || _chain.Tail.Free < least)
        {
            // A second block while one is pending means a stream, not a chat.
            _chain.Add(least, _chain.Tail is null ? BlockPool.SmallBlock : BlockPool.LargeBlock, 0);
            DropSentHead();
        }

        _isLent = true;
        _lent = _chain.Tail!.Free;
        return _chain.Tail.FreeMemory;
    }

    public void Advance(int count)
    {
        if (Drop(count) == 0)
            return;
        _chain.Tail!.Fill(count);
        Pending += count;
        _unflushed += count;
    }

    /// <summary>Copies bytes behind what is held.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var memory = Lend(0);
            var count = Math.Min(memory.Length, bytes.Length);
            bytes[..count].CopyTo(memory.Span);
            CopiedBytes.Count(count);
            Advance(count);
            bytes = bytes[count..];
        }

        Seal();
    }

    /// <summary>What was written to lent memory is not kept.</summary>
    /// <returns>How much that is.</returns>
    public int Drop(int count)
    {
        if (count < 0 || count > (_isLent ? _lent : 0))
            throw new ArgumentOutOfRangeException(nameof(count), count, $"At most {(_isLent ? _lent : 0)} bytes were given out to write to.");
        _lent -= count;
        return count;
    }

    /// <summary>The writer gives back what was lent to it, and hands over what it has written.</summary>
    public void Seal()
    {
        _unflushed = 0;
        _isLent = false;
        if (Pending == 0)
            _chain.DropAll();
    }

    /// <summary>All pieces of the first so many bytes, as one vectored call takes them; null when there is but one block, or the memory is not of arrays.</summary>
    public List<ArraySegment<byte>>? Pieces(long most)
    {
        if (_chain.Head!.NextSegment is not { End: > 0 })
            return null;
        // Taken until it is given back: a transport over another connection may send on that one before its call returns.
        var pieces = t_pieces ?? new(MostPieces);
        t_pieces = null;
        var index = _chain.HeadIndex;
        for (var segment = _chain.Head; segment is not null && pieces.Count < MostPieces; segment = segment.NextSegment)
        {
            if (!MemoryMarshal.TryGetArray(segment.Memory[index..], out var piece))
            {
                GiveBack(pieces);
                return null;
            }

            piece = piece[..(int)Math.Min(piece.Count, most)];
            most -= piece.Count;
            if (piece.Count > 0)
                pieces.Add(piece);
            index = 0;
        }

        return pieces;
    }

    /// <summary>The call that <see cref="Pieces"/> was for is over.</summary>
    public static void GiveBack(List<ArraySegment<byte>> pieces)
    {
        pieces.Clear();
        t_pieces = pieces;
    }

    /// <summary>The kernel took this many.</summary>
    public void Sent(int count)
    {
        Pending -= count;
        while (count > 0)
        {
            var taken = Math.Min(count, _chain.Head!.End - _chain.HeadIndex);
            _chain.HeadIndex += taken;
            count -= taken;
            DropSentHead();
        }

        if (Pending == 0 && !_isLent)
            _chain.DropAll();
    }

    /// <summary>Drops what is held; a block lent to the writer stays until it comes back.</summary>
    public void Discard()
    {
        (Pending, _unflushed) = (0, 0);
        if (!_isLent)
            _chain.DropAll();
    }

    // The tail stays: it is the one that may be lent, or have room.
    private void DropSentHead()
    {
        while (_chain.Head != _chain.Tail && _chain.HeadIndex == _chain.Head!.End)
            _chain.DropHead();
    }
}
