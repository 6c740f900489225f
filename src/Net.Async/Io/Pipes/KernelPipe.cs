using System.Net.Sockets;

namespace Net.Async;

/// <summary>A pipe of the kernel's, which takes bytes from one socket and gives them to another one without a copy (splice(2)). Used by one at a time.</summary>
internal sealed class KernelPipe
{
    // As much as the system lets every user have without a question (pipe(7)); without it the pipe has 64 KiB.
    private const int Size = 256 * 1024;

    private static volatile bool s_isRefused;

    private readonly int _output, _input; // where it is read, and where it is written

    private KernelPipe(int output, int input) => (_output, _input) = (output, input);

    /// <summary>Whether the system can do it, as far as is known: a kernel, or a sandbox in its place, may refuse.</summary>
    public static bool IsUsable => OperatingSystem.IsLinux() && !s_isRefused;

    /// <summary>Bytes that are in it.</summary>
    public int Count { get; private set; }

    /// <summary>Makes one; null when there is no descriptor to spare, or the system has no pipes for this user.</summary>
    public static unsafe KernelPipe? TryMake()
    {
        var ends = stackalloc int[2];
        if (LibC.Pipe(ends, LibC.NonBlocking | LibC.CloseOnExec) != 0)
            return null;
        var pipe = new KernelPipe(ends[0], ends[1]);
        if (DescriptorReserve.Has(Math.Max(ends[0], ends[1]), DescriptorReserve.AcceptHeadroom))
        {
            pipe.Close();
            return null;
        }

        _ = LibC.Control(ends[1], LibC.SetPipeSize, Size);
        return pipe;
    }

    /// <summary>Takes what a socket has, without waiting. The pipe must be empty: else "would block" would not say which of the two.</summary>
    /// <param name="socket">Held open by the caller.</param>
    /// <returns><see cref="SocketError.OperationAborted"/>, and <see cref="IsUsable"/> is false from here on, when the system refuses.</returns>
    public TransportResult Fill(int socket)
    {
        var filled = Splice(socket, _input, Size);
        Count += filled.Count;
        return filled;
    }

    /// <summary>Gives a socket as much as it takes without waiting.</summary>
    /// <param name="socket">Held open by the caller.</param>
    public TransportResult Drain(int socket)
    {
        var drained = Splice(_output, socket, Count);
        Count -= drained.Count;
        return drained;
    }

    /// <summary>Copies bytes that are in it to memory.</summary>
    /// <returns>How many; at least one while there are any.</returns>
    public unsafe int Read(Span<byte> memory)
    {
        nint count;
        fixed (byte* bytes = memory)
        {
            do
                count = LibC.Read(_output, bytes, Math.Min(memory.Length, Count));
            while (count < 0 && Errno.IsInterrupted);
        }

        // Its writer is ours and open, and it holds that many: there is no error and no end.
        Count -= (int)count;
        return (int)count;
    }

    public void Close()
    {
        _ = LibC.Close(_output);
        _ = LibC.Close(_input);
    }

    private static unsafe TransportResult Splice(int from, int to, int count)
    {
        nint moved;
        do
            moved = LibC.Splice(from, null, to, null, count, LibC.SpliceMove | LibC.SpliceNonBlocking);
        while (moved < 0 && Errno.IsInterrupted);
        if (moved >= 0)
            return TransportResult.Of((int)moved);
        var error = Errno.Last;
        if (error is not (SocketError.InvalidArgument or SocketError.OperationNotSupported or SocketError.SocketError))
            return TransportResult.Of(error);
        // Nothing was moved, and the socket is as it was: this is no error of the connection's.
        s_isRefused = true;
        return TransportResult.Of(SocketError.OperationAborted);
    }
}
