namespace Net.Async;

/// <summary>A token that costs nothing until somebody asks for it, and fires once, on the thread pool, never on the engine's stack.</summary>
internal sealed class LazyToken
{
    private readonly Lock _lock = new();
    private CancellationTokenSource? _source;
    private bool _fired;

    public CancellationToken Token
    {
        get
        {
            lock (_lock)
            {
                if (_fired && _source is null)
                    return new CancellationToken(canceled: true);
                return (_source ??= new()).Token;
            }
        }
    }

    public void Fire()
    {
        CancellationTokenSource? source;
        lock (_lock)
        {
            if (_fired)
                return;
            _fired = true;
            source = _source;
        }

        if (source is not null)
            ThreadPool.UnsafeQueueUserWorkItem(static source => source.Cancel(), source, preferLocal: false);
    }
}
