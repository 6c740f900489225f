using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Net.Async;

/// <summary>One epoll set and the events of its last wait.</summary>
/// <remarks>struct epoll_event is packed on x86-64 and on no other architecture (epoll_ctl(2)): the offsets are chosen here, and tried by <see cref="ReactorProbe"/>.</remarks>
internal sealed unsafe class Epoll
{
    public const uint In = 0x1, Urgent = 0x2, Out = 0x4, Error = 0x8, HangUp = 0x10, PeerEnded = 0x2000, EdgeTriggered = 1u << 31;
    private const int AddOperation = 1, DeleteOperation = 2, ModifyOperation = 3;

    private static readonly int s_dataOffset = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;
    private static readonly int s_size = s_dataOffset + 8;

    private readonly byte* _events;
    private readonly int _most;

    public Epoll(int most)
    {
        _most = most;
        Descriptor = LibC.EpollCreate(LibC.CloseOnExec);
        if (Descriptor < 0)
            throw new Win32Exception(Errno.LastNumber);
        _events = (byte*)NativeMemory.AllocZeroed((nuint)(most * s_size));
    }

    /// <summary>Takes a descriptor out of any set of this process; false when it is not in there.</summary>
    public static bool TryRemove(int set, int descriptor) => LibC.EpollControl(set, DeleteOperation, descriptor, null) == 0;

    public int Descriptor { get; }

    /// <summary>Adds a descriptor; the data comes back with each event.</summary>
    /// <returns>0, or the error number.</returns>
    public int Add(int descriptor, uint interest, ulong data) => Control(AddOperation, descriptor, interest, data);

    /// <summary>Changes what a descriptor is there for. What is the case already is an event at once.</summary>
    public int Modify(int descriptor, uint interest, ulong data) => Control(ModifyOperation, descriptor, interest, data);

    /// <summary>Waits for events: how many there are, or none when a signal came.</summary>
    public int Wait(int milliseconds)
    {
        var count = LibC.EpollWait(Descriptor, _events, _most, milliseconds);
        if (count >= 0)
            return count;
        var error = Errno.LastNumber;
        return error == Errno.Interrupted ? 0 : throw new Win32Exception(error);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Mask(int index) => Unsafe.ReadUnaligned<uint>(_events + (index * s_size));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Data(int index) => Unsafe.ReadUnaligned<ulong>(_events + (index * s_size) + s_dataOffset);

    /// <summary>Lets go of all. Only while no thread waits here: a loop that has run remains until the process ends.</summary>
    public void Close()
    {
        _ = LibC.Close(Descriptor);
        NativeMemory.Free(_events);
    }

    private int Control(int operation, int descriptor, uint interest, ulong data)
    {
        var wanted = stackalloc byte[s_size];
        Unsafe.WriteUnaligned(wanted, interest);
        Unsafe.WriteUnaligned(wanted + s_dataOffset, data);
        return LibC.EpollControl(Descriptor, operation, descriptor, wanted) == 0 ? 0 : Errno.LastNumber;
    }
}
