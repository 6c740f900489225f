using System.Net.Sockets;

namespace Net.Async.Testing;

/// <summary>A send of everything as a row of first parts.</summary>
internal static class WholeSend
{
    public static async ValueTask<SocketError> RunAsync(TransportStream stream, ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var sent = await stream.SendFirstAsync(bytes, CancellationToken.None).ConfigureAwait(false);
            if (!sent.IsSuccess)
                return sent.Error;
            bytes = bytes[sent.Count..];
        }

        return SocketError.Success;
    }
}
