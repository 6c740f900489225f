using System.Buffers;

namespace Net.Async;

/// <summary>A block in a chain: what is filled of it is what a sequence shows.</summary>
internal sealed class ByteSegment : ReadOnlySequenceSegment<byte>
{
    private IMemoryOwner<byte> _owner = null!;
    private Memory<byte> _block;

    /// <summary>Bytes filled.</summary>
    public int End { get; private set; }

    /// <summary>Bytes of the block that are free.</summary>
    public int Free => _block.Length - End;

    public Memory<byte> FreeMemory => _block[End..];

    public ByteSegment? NextSegment => (ByteSegment?)Next;

    public void Hold(IMemoryOwner<byte> owner, long runningIndex)
    {
        _owner = owner;
        _block = owner.Memory;
        RunningIndex = runningIndex;
    }

    public void Fill(int count)
    {
        End += count;
        Memory = _block[..End];
    }

    public void Append(ByteSegment next) => Next = next;

    /// <summary>Gives the block back and forgets it.</summary>
    public void Release()
    {
        var owner = _owner;
        (_owner, _block, Memory, Next, RunningIndex, End) = (null!, default, default, null, 0, 0);
        owner.Dispose();
    }
}
