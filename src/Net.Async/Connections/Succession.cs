namespace Net.Async;

/// <summary>Another protocol on the same transport in mid-stream, TLS for example: a connection takes the place of one that has given its transport away, for its server too.</summary>
/// <param name="former">The connection that gives it away.</param>
/// <param name="owner">Its owner, perhaps behind a watch of limits.</param>
/// <param name="abortToken">Aborts whichever of the two is there.</param>
internal sealed class Succession(Connection former, IConnectionOwner? owner, CancellationToken abortToken)
{
    private static readonly object s_aborted = new();

    private object? _heir; // the transport while it is handed over, then the connection, or "aborted" where there is none of both
    private DetachedTransport? _detached;
    private CancellationTokenRegistration _abort;

    /// <summary>The transport, and what was read ahead. Known after <see cref="Take"/>.</summary>
    public DetachedTransport Detached => _detached!;

    /// <summary>The owner of the connection that follows: where limits watch the former one, the server that they stand before.</summary>
    public IConnectionOwner? Server => owner is LimitWatch watch ? watch.Owner : owner;

    /// <summary>The former connection has let its transport go.</summary>
    public void Take(DetachedTransport detached)
    {
        _detached = detached;
        // Aborted meanwhile, when the former one had nothing to abort any more.
        if (Interlocked.CompareExchange(ref _heir, detached.Stream, null) == s_aborted)
            detached.Stream.Reset();
        _abort = abortToken.UnsafeRegister(static succession => ((Succession)succession!).Abort(null), this);
    }

    /// <summary>The former connection has ended, and its place with the owner stays taken.</summary>
    public void EndWatch() => (owner as LimitWatch)?.End();

    /// <summary>The connection stands in the former one's place, before it starts.</summary>
    public void Settle(Connection successor)
    {
        _abort.Unregister();
        // With the server before an abort can find it: else its end would find no place there to give back.
        if (Server is { } server && !server.TryReplace(former, successor))
            successor.Abort(new OperationCanceledException("The server has stopped."));
        if (Interlocked.Exchange(ref _heir, successor) == s_aborted)
            successor.Abort();
    }

    /// <summary>There is none: the transport is reset.</summary>
    public void Fail()
    {
        _abort.Unregister();
        Abort(null);
        owner?.OnClosed(former);
    }

    /// <summary>An abort of the former connection is one of what has followed.</summary>
    public void Abort(Exception? reason)
    {
        var heir = Volatile.Read(ref _heir);
        while (heir is null or TransportStream)
        {
            var seen = Interlocked.CompareExchange(ref _heir, s_aborted, heir);
            if (seen == heir)
            {
                (heir as TransportStream)?.Reset();
                return;
            }

            heir = seen;
        }

        (heir as Connection)?.Abort(reason);
    }

    /// <summary>And so is a dispose: the caller of the former one's holds both ends of the other. One in the middle of the change ends it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Volatile.Read(ref _heir) is not Connection successor)
        {
            Abort(null);
            return;
        }

        successor.Input.Complete();
        successor.Output.Complete();
        await successor.DisposeAsync().ConfigureAwait(false);
    }
}
