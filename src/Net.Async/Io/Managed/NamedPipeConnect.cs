using System.IO.Pipes;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>Opens a named pipe as a client.</summary>
internal static class NamedPipeConnect
{
    public static ValueTask<TransportStream> ConnectAsync(NamedPipeEndPoint endPoint, IoSettings settings, CancellationToken cancellationToken) =>
        OperatingSystem.IsLinux() && PipePaths.TryFind(endPoint) is { } path
            ? UnixPipeConnect.ConnectAsync(endPoint, path, settings, cancellationToken)
            : ConnectAsync(endPoint, settings.CurrentUserOnly, cancellationToken);

    private static async ValueTask<TransportStream> ConnectAsync(NamedPipeEndPoint endPoint, bool currentUserOnly, CancellationToken cancellationToken)
    {
        var options = PipeOptions.Asynchronous | (currentUserOnly ? PipeOptions.CurrentUserOnly : PipeOptions.None);
        var client = new NamedPipeClientStream(".", endPoint.PipeName, PipeDirection.InOut, options);
        try
        {
            // Zero milliseconds: one try. The default waits until a server appears, which is for the caller to ask for.
            await client.ConnectAsync(0, cancellationToken).ConfigureAwait(false);
            DescriptorReserve.ThrowIfReserved(client.SafePipeHandle.DangerousGetHandle());
            return new NamedPipeStream(client, null, endPoint);
        }
        catch (Exception exception)
        {
            await client.DisposeAsync().ConfigureAwait(false);
            throw exception switch
            {
                TimeoutException => SocketErrors.Failure("connect to", endPoint, new SocketException((int)SocketError.ConnectionRefused)),
                UnauthorizedAccessException => SocketErrors.Failure("connect to", endPoint, new SocketException((int)SocketError.AccessDenied, exception.Message)),
                SocketException socket => SocketErrors.Failure("connect to", endPoint, socket),
                IOException => new ConnectionException(ConnectionError.Unknown, $"Could not connect to {endPoint}: {exception.Message}", endPoint, exception),
                _ => exception,
            };
        }
    }
}
