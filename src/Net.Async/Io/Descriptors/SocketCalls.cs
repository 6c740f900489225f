using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Net.Async;

/// <summary>The calls on a socket's number, none of which waits: each is made again after a signal, and says its error.</summary>
/// <remarks>The caller keeps the number open meanwhile: a <see cref="Descriptor"/> with a reference, a <see cref="HeldHandle"/>, or its sole owner.</remarks>
internal static unsafe class SocketCalls
{
    private const int MostPieces = 16;

    public static TransportResult Receive(int descriptor, Span<byte> buffer, int flags)
    {
        fixed (byte* bytes = buffer)
        {
            nint count;
            do
                count = LibC.Receive(descriptor, bytes, buffer.Length, flags | LibC.DontWait);
            while (count < 0 && Errno.IsInterrupted);
            return Outcome(count);
        }
    }

    public static TransportResult Send(int descriptor, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* first = bytes)
        {
            nint count;
            do
                count = LibC.Send(descriptor, first, bytes.Length, LibC.DontWait | LibC.NoSignal);
            while (count < 0 && Errno.IsInterrupted);
            return Outcome(count);
        }
    }

    /// <summary>Sends the first pieces in one call, sixteen at most.</summary>
    public static TransportResult Send(int descriptor, IList<ArraySegment<byte>> pieces)
    {
        var vector = stackalloc Piece[MostPieces];
        return SendPinned(descriptor, pieces, 0, vector);
    }

    public static TransportResult Send(int descriptor, ref MessageHeader message)
    {
        fixed (MessageHeader* header = &message)
        {
            nint count;
            do
                count = LibC.SendMessage(descriptor, header, LibC.DontWait | LibC.NoSignal);
            while (count < 0 && Errno.IsInterrupted);
            return Outcome(count);
        }
    }

    /// <summary>Sends bytes that the kernel reads from a file (sendfile(2)).</summary>
    /// <returns><see cref="SocketError.OperationNotSupported"/> when this file cannot be sent so, or cannot be read: a copy says why.</returns>
    /// <exception cref="ObjectDisposedException">The file is closed.</exception>
    public static TransportResult SendFile(int descriptor, SafeFileHandle file, long position, int count)
    {
        using var held = new HeldHandle(file);
        nint sent;
        do
            sent = LibC.SendFile(descriptor, held.Descriptor, &position, count);
        while (sent < 0 && Errno.IsInterrupted);
        var result = Outcome(sent);
        return result.Error is SocketError.InvalidArgument or SocketError.SocketError ? TransportResult.Of(SocketError.OperationNotSupported) : result;
    }

    /// <summary>Descriptors that come with the message are closed on exec from the start.</summary>
    public static TransportResult Receive(int descriptor, ref MessageHeader message)
    {
        fixed (MessageHeader* header = &message)
        {
            nint count;
            do
                count = LibC.ReceiveMessage(descriptor, header, LibC.DontWait | LibC.CloseOnExecOfMessage);
            while (count < 0 && Errno.IsInterrupted);
            return Outcome(count);
        }
    }

    /// <summary>Accepts one client of a non-blocking listener.</summary>
    /// <param name="descriptor">The listener.</param>
    /// <param name="name">Where the client's address goes: <see cref="SocketName.Longest"/> bytes.</param>
    /// <param name="accepted">The client's number, non-blocking.</param>
    /// <param name="length">How long its address is.</param>
    public static SocketError Accept(int descriptor, Span<byte> name, out int accepted, out int length)
    {
        fixed (byte* bytes = name)
        {
            int size, number;
            do
            {
                size = name.Length;
                number = LibC.Accept(descriptor, bytes, &size, LibC.NonBlocking | LibC.CloseOnExec);
            }
            while (number < 0 && Errno.IsInterrupted);

            (accepted, length) = (number, size);
            return number < 0 ? Errno.Last : SocketError.Success;
        }
    }

    public static SocketError Connect(int descriptor, SocketAddress address)
    {
        fixed (byte* bytes = address.Buffer.Span)
            return Errno.Of(LibC.Connect(descriptor, bytes, address.Size));
    }

    public static SocketError ShutDownSending(int descriptor) => Errno.Of(LibC.Shutdown(descriptor, LibC.SendDirection));

    /// <summary>The error that the socket holds (SO_ERROR); the kernel forgets it with this call.</summary>
    public static SocketError PendingError(int descriptor)
    {
        int error, length = sizeof(int);
        return LibC.GetOption(descriptor, LibC.SocketLevel, LibC.ErrorOption, &error, &length) == 0 ? Errno.ToSocketError(error) : Errno.Last;
    }

    /// <summary>The close will send RST: lingering is on, for no seconds (socket(7), tcp(7)).</summary>
    public static SocketError ResetAtClose(int descriptor)
    {
        var linger = stackalloc int[] { 1, 0 };
        return Errno.Of(LibC.SetOption(descriptor, LibC.SocketLevel, LibC.LingerOption, linger, 2 * sizeof(int)));
    }

    /// <summary>Whether the peer has ended its direction, whatever is still unread before the end: poll(2) with POLLRDHUP.</summary>
    public static bool HasPeerEnded(int descriptor)
    {
        var asked = new PolledDescriptor { Descriptor = descriptor, Events = LibC.PeerHangUp };
        return LibC.Poll(&asked, 1, 0) == 1 && (asked.Returned & LibC.PeerHangUp) != 0;
    }

    /// <summary>What the kernel knows of a TCP socket; nothing when it is none.</summary>
    public static TcpInformation TcpInformationOf(int descriptor)
    {
        var space = stackalloc byte[TcpInformation.Length];
        var length = TcpInformation.Length;
        return LibC.GetOption(descriptor, LibC.TcpLevel, LibC.TcpInfoOption, space, &length) == 0 ? new TcpInformation(new(space, length)) : default;
    }

    private static TransportResult Outcome(nint count) => count >= 0 ? TransportResult.Of((int)count) : TransportResult.Of(Errno.Last);

    // A frame of the stack pins one array each: no handle is made and freed for every send.
    private static TransportResult SendPinned(int descriptor, IList<ArraySegment<byte>> pieces, int index, Piece* vector)
    {
        if (index == pieces.Count || index == MostPieces)
        {
            var message = new MessageHeader { Pieces = vector, PieceCount = index };
            return Send(descriptor, ref message);
        }

        var piece = pieces[index];
        fixed (byte* bytes = &MemoryMarshal.GetArrayDataReference(piece.Array!))
        {
            vector[index] = new Piece { Bytes = bytes + piece.Offset, Length = piece.Count };
            return SendPinned(descriptor, pieces, index + 1, vector);
        }
    }
}
