using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;

namespace Net.Async;

/// <summary>A transport to which the kernel can send a file, past the process's memory. Its calls follow the rules of <see cref="TransportStream"/>.</summary>
internal interface IFileStream
{
    /// <summary>Sends bytes of a file, as much as is taken without waiting for the peer; the disk may be waited for.</summary>
    /// <returns>No byte and no error at the end of the file. <see cref="SocketError.OperationNotSupported"/> when the kernel cannot send, or read, this file: nothing was sent.</returns>
    TransportResult TrySend(SafeFileHandle file, long position, int count);

    /// <summary>Waits for room behind a send that would have had to wait.</summary>
    ValueTask<SocketError> WaitWritableAsync();
}
