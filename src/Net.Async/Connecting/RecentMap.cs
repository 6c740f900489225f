namespace Net.Async;

/// <summary>What was learnt lately, bounded: old entries end with their lifetime, all end with the network, and the longest unused one makes room.</summary>
/// <param name="limit">How many entries at most.</param>
/// <param name="lifetime">How long one lasts.</param>
/// <param name="time">The clock.</param>
/// <param name="epoch">Changes with the network.</param>
internal sealed class RecentMap<TKey, TValue>(int limit, TimeSpan lifetime, TimeProvider time, Func<long> epoch)
    where TKey : notnull
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TKey, LinkedListNode<Entry>> _entries = [];
    private readonly LinkedList<Entry> _byUse = new();
    private long _epoch = long.MinValue;

    public int Count
    {
        get
        {
            lock (_lock)
                return _entries.Count;
        }
    }

    public bool TryGet(TKey key, out TValue value)
    {
        lock (_lock)
        {
            ForgetOtherNetworks();
            value = default!;
            if (!_entries.TryGetValue(key, out var node))
                return false;
            if (time.GetElapsedTime(node.Value.Learnt) >= lifetime)
            {
                Forget(node);
                return false;
            }

            _byUse.Remove(node);
            _byUse.AddLast(node);
            value = node.Value.Value;
            return true;
        }
    }

    public void Set(TKey key, TValue value)
    {
        lock (_lock)
        {
            ForgetOtherNetworks();
            if (_entries.TryGetValue(key, out var old))
                Forget(old);
            else if (_entries.Count == limit)
                Forget(_byUse.First!);
            _entries[key] = _byUse.AddLast(new Entry(key, value, time.GetTimestamp()));
        }
    }

    public void Remove(TKey key)
    {
        lock (_lock)
        {
            if (_entries.TryGetValue(key, out var node))
                Forget(node);
        }
    }

    private void ForgetOtherNetworks()
    {
        var current = epoch();
        if (current == _epoch)
            return;
        _epoch = current;
        _entries.Clear();
        _byUse.Clear();
    }

    private void Forget(LinkedListNode<Entry> node)
    {
        _entries.Remove(node.Value.Key);
        _byUse.Remove(node);
    }

    private readonly record struct Entry(TKey Key, TValue Value, long Learnt);
}
