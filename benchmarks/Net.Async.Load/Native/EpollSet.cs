using System.Runtime.InteropServices;

namespace Net.Async.Load;

/// <summary>Which descriptors are ready, level-triggered; each is known by an index of the caller's.</summary>
internal sealed class EpollSet : IDisposable
{
    public const uint Readable = 1, Writable = 4;

    private const int Capacity = 512;
    private const int Add = 1, Modify = 3, CloseOnExec = 0x80000;

    // x86-64 packs the event (4 bytes of mask, 8 of data); every other architecture aligns the data.
    private static readonly int s_eventSize = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;
    private static readonly int s_dataOffset = s_eventSize - sizeof(long);

    private readonly byte[] _events = GC.AllocateArray<byte>(Capacity * 16, pinned: true);
    private readonly byte[] _interest = new byte[16];
    private readonly int _set = LoadException.ThrowIfNegative(Libc.EpollCreate(CloseOnExec), "epoll_create1");

    public void Watch(int descriptor, int index, uint mask) => Control(Add, descriptor, index, mask);

    public void Rewatch(int descriptor, int index, uint mask) => Control(Modify, descriptor, index, mask);

    /// <summary>Waits; returns how many are ready, 0 when the time passed or a signal came.</summary>
    public int Wait(int milliseconds) => Math.Max(0, Libc.EpollWait(_set, ref _events[0], Capacity, milliseconds));

    /// <summary>The event at this place after a wait. Errors and hang-ups count as readable: the receive tells which.</summary>
    public (int Index, bool Readable, bool Writable) Event(int place)
    {
        var item = _events.AsSpan(place * s_eventSize, s_eventSize);
        var mask = MemoryMarshal.Read<uint>(item);
        return (MemoryMarshal.Read<int>(item[s_dataOffset..]), (mask & ~Writable) != 0, (mask & Writable) != 0);
    }

    public void Dispose() => _ = Libc.Close(_set);

    private void Control(int operation, int descriptor, int index, uint mask)
    {
        MemoryMarshal.Write(_interest, mask);
        MemoryMarshal.Write(_interest.AsSpan(s_dataOffset), index);
        LoadException.ThrowIfNegative(Libc.EpollControl(_set, operation, descriptor, in _interest[0]), "epoll_ctl");
    }
}
