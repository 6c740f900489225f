namespace Net.Async;

/// <summary>What is registered with a loop, by slot. The loop reads it without a lock; every change is made under one.</summary>
internal sealed class RegistrationTable
{
    private readonly Lock _lock = new();
    private readonly Stack<int> _free = new();
    private IEventSource?[] _sources = new IEventSource?[64];
    private int _used;
    private uint _generation;

    public ulong Add(IEventSource source)
    {
        lock (_lock)
        {
            if (!_free.TryPop(out var slot))
                slot = NewSlot();
            // The highest generation is left out: an identity never looks like the loop's own wake-up.
            _generation = _generation == uint.MaxValue - 1 ? 0 : _generation + 1;
            var id = ((ulong)_generation << 32) | (uint)slot;
            source.RegistrationId = id;
            Volatile.Write(ref _sources[slot], source);
            return id;
        }
    }

    /// <summary>The source, when it is still the one that the event is for.</summary>
    public IEventSource? Find(ulong id)
    {
        var sources = Volatile.Read(ref _sources);
        var slot = (uint)id;
        return slot < (uint)sources.Length && sources[slot] is { } source && source.RegistrationId == id ? source : null;
    }

    public void Remove(ulong id)
    {
        lock (_lock)
        {
            var slot = (int)(uint)id;
            if (_sources[slot]?.RegistrationId != id)
                return;
            _sources[slot] = null;
            _free.Push(slot);
        }
    }

    private int NewSlot()
    {
        if (_used == _sources.Length)
        {
            var larger = new IEventSource?[_used * 2];
            _sources.CopyTo(larger, 0);
            Volatile.Write(ref _sources, larger);
        }

        return _used++;
    }
}
