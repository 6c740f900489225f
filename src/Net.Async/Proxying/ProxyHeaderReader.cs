using System.Net.Sockets;

namespace Net.Async;

/// <summary>Receives the header of one client. Of version 2 not one byte more; of version 1, whose length is not known, what came with it is given back.</summary>
internal sealed class ProxyHeaderReader(TransportStream stream, ProxyProtocolOptions options)
{
    private byte[] _bytes = new byte[ProxyBinary.FixedLength];
    private int _count;

    /// <summary>Receives it.</summary>
    /// <returns>The header, and the bytes behind it.</returns>
    /// <exception cref="ConnectionException">It is malformed, or the client ended or failed before it was whole.</exception>
    public async ValueTask<(ProxyHeader Header, ReadOnlyMemory<byte> Behind)> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = ProxyCodec.Read(_bytes.AsSpan(0, _count), options.Versions, options.MaxHeaderBytes);
            if (read.Problem is not null)
                throw Failed(ConnectionError.InvalidData, $"The PROXY header from {Peer} {read.Problem}.", null);
            if (read.Header is not null)
                return (read.Header, _bytes.AsMemory(read.Length, _count - read.Length));
            if (read.Length > _bytes.Length)
                Array.Resize(ref _bytes, read.Length);
            _count += await ReceiveAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private string Peer => stream.RemoteEndPoint is { } peer ? NetEndPoint.Format(peer) : "an unknown address";

    private async ValueTask<int> ReceiveAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var received = stream.TryReceive(_bytes.AsSpan(_count));
            if (received.IsWouldBlock)
            {
                var wait = stream.WaitReadableAsync();
                var error = wait.IsCompleted ? wait.Result : await wait.AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
                if (error != SocketError.Success)
                    throw Broken(error);
                cancellationToken.ThrowIfCancellationRequested();
                continue;
            }

            return !received.IsSuccess ? throw Broken(received.Error)
                : received.Count == 0 ? throw Failed(ConnectionError.InvalidData, $"{Peer} ended after {_count} bytes of a PROXY header.", null)
                : received.Count;
        }
    }

    private ConnectionException Broken(SocketError error) =>
        Failed(error.ToConnectionError(), $"The connection from {Peer} failed after {_count} bytes of a PROXY header.", new SocketException((int)error));

    private ConnectionException Failed(ConnectionError error, string message, Exception? cause) => new(error, message, stream.RemoteEndPoint, cause);
}
