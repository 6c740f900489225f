using System.Net;

namespace Net.Async.Tests.Serving;

/// <summary>An upgrade that does what the test says.</summary>
internal sealed class TestUpgrade(Func<TransportStream, CancellationToken, ValueTask<TransportStream>> upgrade) : ConnectionUpgrade
{
    public override ValueTask<TransportStream> UpgradeAsync(TransportStream stream, CancellationToken cancellationToken) => upgrade(stream, cancellationToken);

    /// <summary>Takes the first byte of the client, and passes the stream on.</summary>
    public static TestUpgrade OfOneByte() => new(static async (stream, cancellationToken) =>
    {
        var first = new byte[1];
        var received = stream.TryReceive(first);
        for (; received.IsWouldBlock; received = stream.TryReceive(first))
        {
            await stream.WaitReadableAsync().AsTask().WaitAsync(cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
        }

        // The end or an error, which would be there again and again.
        return received.Count == 1 ? stream : throw new EndOfStreamException("The client has sent nothing.");
    });

    /// <summary>Names another peer, as the header of a proxy does.</summary>
    public static TestUpgrade ToPeer(EndPoint peer) => new((stream, _) => new(new OfAnotherPeer(stream, peer)));

    private sealed class OfAnotherPeer(TransportStream inner, EndPoint peer) : TransportDecorator(inner)
    {
        public override EndPoint? RemoteEndPoint => peer;
    }
}
