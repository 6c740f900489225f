using System.Runtime.InteropServices;

namespace Net.Async;

/// <summary>One piece of memory of a vectored call (struct iovec).</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct Piece
{
    public byte* Bytes;
    public nint Length;
}

/// <summary>What sendmsg(2) takes (struct msghdr), as glibc and the kernel lay it out; <see cref="ReactorProbe"/> tries it.</summary>
/// <remarks>musl has a 32-bit count of pieces and padding in the same place: the same bytes on little-endian machines.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct MessageHeader
{
    public void* Name;
    public uint NameLength;
    public Piece* Pieces;
    public nint PieceCount;
    public void* Control;
    public nint ControlLength;
    public int Flags;
}
