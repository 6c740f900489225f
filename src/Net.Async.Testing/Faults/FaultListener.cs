using System.Net;

namespace Net.Async.Testing;

/// <summary>A listener whose streams are behind faults.</summary>
internal sealed class FaultListener(TransportListener inner, Func<TransportStream, TransportStream> over) : TransportListener
{
    public override EndPoint LocalEndPoint => inner.LocalEndPoint;

    public override void Start(int backlog) => inner.Start(backlog);

    public override async ValueTask<TransportStream> AcceptAsync(CancellationToken cancellationToken) =>
        over(await inner.AcceptAsync(cancellationToken).ConfigureAwait(false));

    public override void Close() => inner.Close();
}
