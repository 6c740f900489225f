namespace Net.Async;

/// <summary>Another protocol on the same transport in mid-stream, TLS for example: a connection takes the place of one that has given its transport away, for its server too.</summary>
/// <param name="former">The connection that gives it away.</param>
/// <param name="owner">Its owner, perhaps behind a watch of limits.</param>
internal sealed class Succession(Connection former, IConnectionOwner? owner)
{
    private static readonly object s_aborted = new();

    private object? _heir; // the transport while it is handed over, then the connection, or "aborted" where there is none of both
    private DetachedTransport? _detached;

    /// <summary>The transport, and what was read ahead. Known after <see cref="Take"/>.</summary>
    public DetachedTransport Detached => _detached!;

    /// <summary>The owner of the connection that follows: where limits watch the former one, the server that they stand before.</summary>
    public IConnectionOwner? Server => owner is LimitWatch watch ? watch.Owner : owner;

    /// <summary>The former connection has let its transport go.</summary>
    public void Take(DetachedTransport detached) => (_detached, _heir) = (detached, detached.Stream);

    /// <summary>The former connection has ended, and its place with the owner stays taken.</summary>
    public void EndWatch() => (owner as LimitWatch)?.End();

    /// <summary>The connection stands in the former one's place, before it starts.</summary>
    public void Settle(Connection successor)
    {
        // Aborted meanwhile: the transport was reset.
        if (Interlocked.Exchange(ref _heir, successor) == s_aborted)
            successor.Abort();
        if (Server is { } server && !server.TryReplace(former, successor))
            successor.Abort(new OperationCanceledException("The server has stopped."));
    }

    /// <summary>There is none: the transport is reset.</summary>
    public void Fail()
    {
        Abort(null);
        owner?.OnClosed(former);
    }

    /// <summary>An abort of the former connection is one of what has followed.</summary>
    public void Abort(Exception? reason)
    {
        if (_heir is TransportStream stream && Interlocked.CompareExchange(ref _heir, s_aborted, stream) == stream)
            stream.Reset();
        else
            (_heir as Connection)?.Abort(reason);
    }

    /// <summary>And so is a dispose: the caller of the former one's holds both ends of the other.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_heir is not Connection successor)
            return;
        successor.Input.Complete();
        successor.Output.Complete();
        await successor.DisposeAsync().ConfigureAwait(false);
    }
}
