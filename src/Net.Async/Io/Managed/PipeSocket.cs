using System.IO.Pipes;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>A named pipe is a Unix socket on Linux, where it can be sent to without waiting; the base class library has no such call.</summary>
internal static unsafe class PipeSocket
{
    /// <summary>Sends what the kernel takes at once. A pipe that is no socket would block: its writes all wait.</summary>
    public static TransportResult TrySend(PipeStream pipe, ReadOnlySpan<byte> bytes)
    {
        if (!OperatingSystem.IsLinux())
            return TransportResult.WouldBlock;
        try
        {
            using var held = new HeldHandle(pipe.SafePipeHandle);
            var sent = Send(held.Descriptor, bytes);
            return sent.Error == SocketError.NotSocket ? TransportResult.WouldBlock : sent;
        }
        catch (Exception exception) when (exception is ObjectDisposedException or InvalidOperationException)
        {
            return TransportResult.Of(SocketError.OperationAborted);
        }
    }

    private static TransportResult Send(int descriptor, ReadOnlySpan<byte> bytes)
    {
        nint count;
        fixed (byte* first = bytes)
        {
            do
                count = LibC.Send(descriptor, first, bytes.Length, LibC.DontWait | LibC.NoSignal);
            while (count < 0 && Errno.IsInterrupted);
        }

        return count >= 0 ? TransportResult.Of((int)count) : TransportResult.Of(Errno.Last);
    }
}
