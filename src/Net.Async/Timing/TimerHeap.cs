namespace Net.Async;

/// <summary>A binary heap whose entries know their place, so that any of them is removed without a search. The earliest is first. Not for several threads at once.</summary>
internal sealed class TimerHeap
{
    private const int FirstCapacity = 16;

    private TimerEntry?[] _entries = [];
    private int _count;

    public int Count => _count;

    public TimerEntry? First => _count == 0 ? null : _entries[0];

    public void Add(TimerEntry entry)
    {
        if (_count == _entries.Length)
            Array.Resize(ref _entries, Math.Max(FirstCapacity, 2 * _count));
        MoveUp(entry, _count++);
    }

    /// <summary>Removes the entry if it is here.</summary>
    public void Remove(TimerEntry entry)
    {
        var index = entry.Index;
        if (index == TimerEntry.NotQueued)
            return;
        entry.Index = TimerEntry.NotQueued;
        var last = _entries[--_count]!;
        _entries[_count] = null;
        if (last == entry)
            return;
        // The last entry fills the gap. It may belong above the gap or below it.
        if (index > 0 && last.Due < _entries[Parent(index)]!.Due)
            MoveUp(last, index);
        else
            MoveDown(last, index);
    }

    private static int Parent(int index) => (index - 1) / 2;

    private void MoveUp(TimerEntry entry, int index)
    {
        while (index > 0 && entry.Due < _entries[Parent(index)]!.Due)
        {
            Place(_entries[Parent(index)]!, index);
            index = Parent(index);
        }

        Place(entry, index);
    }

    private void MoveDown(TimerEntry entry, int index)
    {
        while (EarlierChild(index) is var child && child < _count && _entries[child]!.Due < entry.Due)
        {
            Place(_entries[child]!, index);
            index = child;
        }

        Place(entry, index);
    }

    private int EarlierChild(int index)
    {
        var left = (2 * index) + 1;
        return left + 1 < _count && _entries[left + 1]!.Due < _entries[left]!.Due ? left + 1 : left;
    }

    private void Place(TimerEntry entry, int index)
    {
        _entries[index] = entry;
        entry.Index = index;
    }
}
