namespace Net.Async;

/// <summary>The owners of watched descriptors by slot. Read without a lock by the loop, changed under one by anybody.</summary>
internal sealed class WatchTable
{
    private readonly Lock _lock = new();
    private readonly Stack<int> _free = new();
    private IWatched?[] _owners = new IWatched?[64];
    private int _used;
    private uint _generation;

    public ulong Add(IWatched owner)
    {
        lock (_lock)
        {
            if (!_free.TryPop(out var slot))
                slot = NewSlot();
            // The highest generation is left out: an identity never looks like the loop's own wake-up.
            _generation = _generation == uint.MaxValue - 1 ? 0 : _generation + 1;
            var id = ((ulong)_generation << 32) | (uint)slot;
            owner.WatchId = id;
            Volatile.Write(ref _owners[slot], owner);
            return id;
        }
    }

    /// <summary>The owner, when it is still the one that the event was made for.</summary>
    public IWatched? Find(ulong id)
    {
        var owners = Volatile.Read(ref _owners);
        var slot = (uint)id;
        return slot < (uint)owners.Length && owners[slot] is { } owner && owner.WatchId == id ? owner : null;
    }

    public void Remove(ulong id)
    {
        lock (_lock)
        {
            var slot = (int)(uint)id;
            if (_owners[slot]?.WatchId != id)
                return;
            _owners[slot] = null;
            _free.Push(slot);
        }
    }

    private int NewSlot()
    {
        if (_used == _owners.Length)
        {
            var larger = new IWatched?[_used * 2];
            _owners.CopyTo(larger, 0);
            Volatile.Write(ref _owners, larger);
        }

        return _used++;
    }
}
