using System.Net.Sockets;

namespace Net.Async;

/// <summary>A transport whose bytes the kernel can move through a pipe, past the process's memory. Its calls follow the rules of <see cref="TransportStream"/>.</summary>
internal interface IPipedStream
{
    /// <summary>Whether it can be done with this one.</summary>
    bool CanPipe { get; }

    /// <summary>Receives into an empty pipe, without waiting.</summary>
    TransportResult TryReceive(KernelPipe pipe);

    /// <summary>Sends what is in a pipe, as much as is taken without waiting.</summary>
    TransportResult TrySend(KernelPipe pipe);

    /// <summary>Waits for room behind a send that would have had to wait.</summary>
    ValueTask<SocketError> WaitWritableAsync();
}
