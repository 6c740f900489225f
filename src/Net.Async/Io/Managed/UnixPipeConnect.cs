using System.IO.Pipes;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>Opens a named pipe as a client on Linux: a Unix connect that waits while the server's queue is full.</summary>
/// <remarks>The base class library's blocks a thread meanwhile, and neither a time limit nor a cancellation ends it.</remarks>
internal static class UnixPipeConnect
{
    public static async ValueTask<TransportStream> ConnectAsync(NamedPipeEndPoint endPoint, UnixDomainSocketEndPoint path, IoSettings settings, CancellationToken cancellationToken)
    {
        Socket? socket = null;
        try
        {
            socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { Blocking = false };
            var descriptor = socket.SafeHandle.DangerousGetHandle();
            DescriptorReserve.ThrowIfReserved(descriptor);
            if (await UnixConnect.RunAsync((int)descriptor, path, settings.Time, cancellationToken).ConfigureAwait(false) is not SocketError.Success and var error)
                throw new SocketException((int)(IsNobodyThere(error) ? SocketError.ConnectionRefused : error));
            if (settings.CurrentUserOnly && !UnixPipe.IsOfThisUser(socket))
                throw new SocketException((int)SocketError.AccessDenied, "The pipe's server is another user's.");
            return new NamedPipeStream(new NamedPipeClientStream(PipeDirection.InOut, isAsync: true, isConnected: true, UnixPipe.HandleOf(socket)), null, endPoint);
        }
        catch (SocketException exception)
        {
            socket?.Dispose();
            throw SocketErrors.Failure("connect to", endPoint, exception);
        }
        catch
        {
            socket?.Dispose();
            throw;
        }
    }

    // A pipe has no path for its user: that there is no file (ENOENT, as the base class library folds it) says that there is no server.
    private static bool IsNobodyThere(SocketError error) => error is SocketError.AddressNotAvailable or SocketError.ConnectionRefused;
}
