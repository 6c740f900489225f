using System.Buffers.Binary;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Net.Async;

/// <summary>The memory of one sendmsg or recvmsg that carries descriptors (SCM_RIGHTS, unix(7)), pinned, laid out as 64-bit Linux has it.</summary>
internal sealed partial class RightsMessage
{
    private const int VectorLength = 16, ControlHeader = 16, ControlLength = ControlHeader + HandleFrame.MaxHandles * sizeof(int);
    private const int BytesAt = VectorLength + ControlLength;
    private const int SocketLevel = 1, Rights = 1;
    private const int DoNotWait = 0x40, NoSignal = 0x4000, CloseOnExec = 0x40000000, Truncated = 0x8;

    private readonly byte[] _memory = GC.AllocateUninitializedArray<byte>(BytesAt + HandleFrame.HeaderLength + HandleFrame.MaxNoteLength, pinned: true);

    /// <summary>What is sent, or was received.</summary>
    public Memory<byte> Bytes => _memory.AsMemory(BytesAt);

    private Span<byte> Control => _memory.AsSpan(VectorLength, ControlLength);

    /// <summary>Sends the first bytes and the handles with them, without waiting. All handles go, or none.</summary>
    public TransportResult TrySend(SafeSocketHandle socket, int count, ReadOnlySpan<SafeHandle> handles)
    {
        var control = Control;
        var length = ControlHeader + handles.Length * sizeof(int);
        control.Clear();
        BinaryPrimitives.WriteInt64LittleEndian(control, length);
        BinaryPrimitives.WriteInt32LittleEndian(control[8..], SocketLevel);
        BinaryPrimitives.WriteInt32LittleEndian(control[12..], Rights);
        var held = 0;
        try
        {
            for (; held < handles.Length; held++)
            {
                var isHeld = false;
                handles[held].DangerousAddRef(ref isHeld);
                BinaryPrimitives.WriteInt32LittleEndian(control[(ControlHeader + held * sizeof(int))..], (int)handles[held].DangerousGetHandle());
            }

            // The length that is told counts the padding to eight bytes.
            var message = Message(0, count, handles.IsEmpty ? 0 : (length + 7) & ~7);
            nint sent;
            do
                sent = Send(socket, message, DoNotWait | NoSignal);
            while (IsInterrupted(sent));
            return Outcome(sent);
        }
        finally
        {
            while (held-- > 0)
                handles[held].DangerousRelease();
        }
    }

    /// <summary>Receives into <see cref="Bytes"/> without waiting. Handles go to the list, closed on exec from the start; false when there were more than fit, and some are lost.</summary>
    public bool TryReceive(SafeSocketHandle socket, int start, int most, List<SafeFileHandle> handles, out TransportResult received)
    {
        var message = Message(start, most, ControlLength);
        nint count;
        do
            count = Receive(socket, ref message, DoNotWait | CloseOnExec);
        while (IsInterrupted(count));
        received = Outcome(count);
        if (!received.IsSuccess)
            return true;
        for (var control = Control[..(int)message.ControlLength]; control.Length >= ControlHeader;)
        {
            var length = (int)BinaryPrimitives.ReadInt64LittleEndian(control);
            if (length < ControlHeader || length > control.Length)
                break;
            if (BinaryPrimitives.ReadInt32LittleEndian(control[8..]) == SocketLevel && BinaryPrimitives.ReadInt32LittleEndian(control[12..]) == Rights)
            {
                for (var at = ControlHeader; at + sizeof(int) <= length; at += sizeof(int))
                    handles.Add(new SafeFileHandle(BinaryPrimitives.ReadInt32LittleEndian(control[at..]), ownsHandle: true));
            }

            control = control[Math.Min((length + 7) & ~7, control.Length)..];
        }

        return (message.Flags & Truncated) == 0;
    }

    private Header Message(int start, int count, int controlLength)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_memory, AddressOf(BytesAt + start));
        BinaryPrimitives.WriteInt64LittleEndian(_memory.AsSpan(8), count);
        return new Header
        {
            Vectors = AddressOf(0),
            VectorCount = 1,
            Control = controlLength == 0 ? 0 : AddressOf(VectorLength),
            ControlLength = controlLength,
        };
    }

    private nint AddressOf(int index) => Marshal.UnsafeAddrOfPinnedArrayElement(_memory, index);

    private static bool IsInterrupted(nint result) => result < 0 && Marshal.GetLastPInvokeError() == LinuxErrors.Interrupted;

    private static TransportResult Outcome(nint result) => result >= 0 ? TransportResult.Of((int)result) : TransportResult.Of(LinuxErrors.Of(Marshal.GetLastPInvokeError()));

    [LibraryImport("libc", EntryPoint = "sendmsg", SetLastError = true)]
    private static partial nint Send(SafeSocketHandle socket, in Header message, int flags);

    [LibraryImport("libc", EntryPoint = "recvmsg", SetLastError = true)]
    private static partial nint Receive(SafeSocketHandle socket, ref Header message, int flags);

    // struct msghdr of glibc and musl on 64-bit little-endian: musl's shorter counts are padded with zeros.
    [StructLayout(LayoutKind.Sequential)]
    private struct Header
    {
        public nint Name;
        public uint NameLength;
        public nint Vectors;
        public nint VectorCount;
        public nint Control;
        public nint ControlLength;
        public int Flags;
    }
}
