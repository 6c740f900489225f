using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace Net.Async.Testing;

/// <summary>An address of the network in memory. Clients wait in a queue as long as the backlog; beyond it, and before the start, they are refused.</summary>
/// <param name="endPoint">The address.</param>
/// <param name="onClosed">Frees the address.</param>
internal sealed class MemoryListener(EndPoint endPoint, Action<MemoryListener> onClosed) : TransportListener
{
    private Channel<TransportStream>? _waiting;

    public override EndPoint LocalEndPoint => endPoint;

    public override void Start(int backlog) => _waiting = Channel.CreateBounded<TransportStream>(backlog);

    /// <summary>A client comes; false when it is refused.</summary>
    public bool Offer(TransportStream stream) => _waiting?.Writer.TryWrite(stream) ?? false;

    public override async ValueTask<TransportStream> AcceptAsync(CancellationToken cancellationToken)
    {
        var clients = _waiting!.Reader;
        while (await clients.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            // Apart from the wait, which a cancel ends: one ReadAsync for both lost a client in one of a thousand stops (StopStormTests).
            if (clients.TryRead(out var stream))
                return stream;
        }

        throw new SocketException((int)SocketError.OperationAborted);
    }

    public override void Close()
    {
        onClosed(this);
        _waiting?.Writer.TryComplete();
        while (_waiting?.Reader.TryRead(out var stream) ?? false)
            stream.Reset();
    }
}
