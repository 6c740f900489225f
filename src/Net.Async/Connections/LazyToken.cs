namespace Net.Async;

/// <summary>A token that costs nothing until a caller asks for it, and fires once, on the thread pool, never on the engine's stack.</summary>
internal struct LazyToken
{
    private static readonly object s_fired = new();

    // Nothing, the source that a caller asked for, or "fired".
    private object? _state;

    public CancellationToken Token
    {
        get
        {
            var state = Volatile.Read(ref _state);
            if (state is null)
            {
                var source = new CancellationTokenSource();
                state = Interlocked.CompareExchange(ref _state, source, null) ?? source;
            }

            return state is CancellationTokenSource asked ? asked.Token : new CancellationToken(canceled: true);
        }
    }

    public void Cancel()
    {
        if (Interlocked.Exchange(ref _state, s_fired) is CancellationTokenSource source)
            ThreadPool.UnsafeQueueUserWorkItem(Cancel, source, preferLocal: false);
    }

    private static void Cancel(CancellationTokenSource source)
    {
        try
        {
            source.Cancel();
        }
        catch (AggregateException exception)
        {
            // A user's callback threw. Out here it would end the process.
            NetAsyncEventSource.Log.CallbackFailed(exception.ToString());
        }
    }
}
