using System.IO.Pipes;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>A named pipe is a Unix socket on Linux, where it can be sent to without waiting; the base class library has no such call.</summary>
internal static unsafe class PipeSocket
{
    private const int DontWait = 0x40, NoSignal = 0x4000;

    /// <summary>Sends what the kernel takes at once. A pipe that is no socket would block: its writes all wait.</summary>
    public static TransportResult TrySend(PipeStream pipe, ReadOnlySpan<byte> bytes)
    {
        if (!OperatingSystem.IsLinux())
            return TransportResult.WouldBlock;
        var isHeld = false;
        try
        {
            var handle = pipe.SafePipeHandle;
            handle.DangerousAddRef(ref isHeld);
            var sent = Send((int)handle.DangerousGetHandle(), bytes);
            handle.DangerousRelease();
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
                count = Libc.Send(descriptor, first, bytes.Length, DontWait | NoSignal);
            while (count < 0 && KernelErrors.IsInterrupted());
        }

        return count >= 0 ? TransportResult.Of((int)count) : TransportResult.Of(KernelErrors.Last());
    }
}
