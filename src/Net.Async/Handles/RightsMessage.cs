using System.Buffers.Binary;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Net.Async;

/// <summary>The memory of one sendmsg or recvmsg that carries descriptors (SCM_RIGHTS, unix(7)), pinned, laid out as 64-bit Linux has it.</summary>
internal sealed unsafe class RightsMessage
{
    private const int VectorLength = 16, ControlHeader = 16, ControlLength = ControlHeader + HandleFrame.MaxHandles * sizeof(int);
    private const int BytesAt = VectorLength + ControlLength;

    private readonly byte[] _memory = GC.AllocateUninitializedArray<byte>(BytesAt + HandleFrame.HeaderLength + HandleFrame.MaxPayloadLength, pinned: true);

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
        BinaryPrimitives.WriteInt32LittleEndian(control[8..], LibC.SocketLevel);
        BinaryPrimitives.WriteInt32LittleEndian(control[12..], LibC.Rights);
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
            using var to = new HeldHandle(socket);
            return SocketCalls.Send(to.Descriptor, ref message);
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
        using var from = new HeldHandle(socket);
        received = SocketCalls.Receive(from.Descriptor, ref message);
        if (!received.IsSuccess)
            return true;
        for (var control = Control[..(int)message.ControlLength]; control.Length >= ControlHeader;)
        {
            var length = (int)BinaryPrimitives.ReadInt64LittleEndian(control);
            if (length < ControlHeader || length > control.Length)
                break;
            if (BinaryPrimitives.ReadInt32LittleEndian(control[8..]) == LibC.SocketLevel && BinaryPrimitives.ReadInt32LittleEndian(control[12..]) == LibC.Rights)
            {
                for (var at = ControlHeader; at + sizeof(int) <= length; at += sizeof(int))
                    handles.Add(new SafeFileHandle(BinaryPrimitives.ReadInt32LittleEndian(control[at..]), ownsHandle: true));
            }

            control = control[Math.Min((length + 7) & ~7, control.Length)..];
        }

        return (message.Flags & LibC.TruncatedControl) == 0;
    }

    private MessageHeader Message(int start, int count, int controlLength)
    {
        *(Piece*)AddressOf(0) = new Piece { Bytes = AddressOf(BytesAt + start), Length = count };
        return new MessageHeader
        {
            Pieces = (Piece*)AddressOf(0),
            PieceCount = 1,
            Control = controlLength == 0 ? null : AddressOf(VectorLength),
            ControlLength = controlLength,
        };
    }

    private byte* AddressOf(int index) => (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(_memory, index);
}
