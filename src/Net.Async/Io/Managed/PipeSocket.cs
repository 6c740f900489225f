using System.IO.Pipes;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>A named pipe is a Unix socket on Linux, where it can be sent to without waiting; the base class library has no such call.</summary>
internal static class PipeSocket
{
    /// <summary>Sends what the kernel takes at once. A pipe that is no socket would block: its writes all wait.</summary>
    public static TransportResult TrySend(PipeStream pipe, ReadOnlySpan<byte> bytes)
    {
        if (!OperatingSystem.IsLinux())
            return TransportResult.WouldBlock;
        try
        {
            using var held = new HeldHandle(pipe.SafePipeHandle);
            var sent = SocketCalls.Send(held.Descriptor, bytes);
            return sent.Error == SocketError.NotSocket ? TransportResult.WouldBlock : sent;
        }
        catch (Exception exception) when (exception is ObjectDisposedException or InvalidOperationException)
        {
            return TransportResult.Of(SocketError.OperationAborted);
        }
    }
}
