using System.Buffers;

namespace Net.Async;

/// <summary>The blocks of one direction, first to last, with how much of the first is done. Guarded by its pipe's lock.</summary>
/// <remarks>Part of its buffer, and never copied: a connection that waits is few objects.</remarks>
internal struct SegmentChain(MemoryPool<byte> pool)
{
    public ByteSegment? Head { get; private set; }

    public ByteSegment? Tail { get; private set; }

    /// <summary>How much of the head is done.</summary>
    public int HeadIndex { get; set; }

    /// <summary>Rents a block and appends it.</summary>
    public void Add(int least, int preferred, long runningIndex)
    {
        var owner = Blocks.Rent(pool, least, preferred);
        var segment = SegmentPool.Take();
        segment.Hold(owner, runningIndex);
        if (Tail is null)
            (Head, HeadIndex) = (segment, 0);
        else
            Tail.Append(segment);
        Tail = segment;
    }

    /// <summary>Gives the head's block back; the next one is the head.</summary>
    public void DropHead()
    {
        var done = Head!;
        (Head, HeadIndex) = (done.NextSegment, 0);
        if (Head is null)
            Tail = null;
        done.Release();
        SegmentPool.Give(done);
    }

    public void DropAll()
    {
        while (Head is not null)
            DropHead();
    }
}
