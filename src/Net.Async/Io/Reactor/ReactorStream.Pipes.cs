using Microsoft.Win32.SafeHandles;

namespace Net.Async;

/// <summary>Receiving into a pipe of the kernel's, and sending from one, or from a file.</summary>
internal sealed partial class ReactorStream : IPipedStream, IFileStream
{
    bool IPipedStream.CanPipe => IsTcp;

    // It never counts as a short receive: the pipe may have been full before the socket was empty.
    TransportResult IPipedStream.TryReceive(KernelPipe pipe) => Receive(default, 0, pipe);

    TransportResult IPipedStream.TrySend(KernelPipe pipe) => EndSend(Begin().Drain(pipe));

    TransportResult IFileStream.TrySend(SafeFileHandle file, long position, int count) => EndSend(Begin().SendFile(file, position, count));

    private ref Descriptor Begin()
    {
        Writable.ClearReadiness();
        BeginSend();
        return ref _descriptor;
    }
}
