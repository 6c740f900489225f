using System.Net;

namespace Net.Async.Tests.Serving;

/// <summary>A listener of the engine's that says how many accepts wait at it.</summary>
internal sealed class WatchedListener(TransportListener inner) : TransportListener
{
    private int _accepts;

    public int Accepts => Volatile.Read(ref _accepts);

    public override EndPoint LocalEndPoint => inner.LocalEndPoint;

    public override void Start(int backlog) => inner.Start(backlog);

    public override async ValueTask<TransportStream> AcceptAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _accepts);
        try
        {
            return await inner.AcceptAsync(cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _accepts);
        }
    }

    public override void Close() => inner.Close();
}
