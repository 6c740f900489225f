namespace Net.Async;

/// <summary>Loads one block list again and again; one loading at a time.</summary>
internal sealed class BlockListRun(string name, BlockListSource source, HostedBlockListOptions options, BlockListLog log, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _loading = new(1);
    private volatile BlockListState _state = new(null, null);

    public string Name => name;

    public BlockList List { get; } = new() { RememberRules = options.RememberRules };

    public BlockListState State => _state;

    public TimeSpan? Age => _state.LastLoaded is { } loaded ? time.GetUtcNow() - loaded : null;

    /// <summary>Whether the list is as fresh as it should be.</summary>
    public bool IsFresh => Age <= (options.MaxAge ?? (options.Interval * 3));

    public override string ToString() => source.ToString();

    /// <summary>The first loading.</summary>
    /// <exception cref="InvalidOperationException">It failed, and the list must not begin empty.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (await LoadAsync(cancellationToken).ConfigureAwait(false))
            return;
        if (!options.StartEmpty)
            throw new InvalidOperationException($"The block list '{name}' cannot be loaded from {source}: {_state.LastError!.Message} ({nameof(HostedBlockListOptions.StartEmpty)} would begin without it.)", _state.LastError);
        log.StartsEmpty();
    }

    /// <summary>Loads at the interval and at changes, until the token is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var changes = Watch();
        try
        {
            while (true)
            {
                var pause = _state.LastError is null || options.RetryInterval > options.Interval ? options.Interval : options.RetryInterval;
                await changes.WaitAsync(pause, time, cancellationToken).ConfigureAwait(false);
                await LoadAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    /// <summary>Loads once; false when it failed.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<bool> LoadAsync(CancellationToken cancellationToken)
    {
        await _loading.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var result = await LoadInTimeAsync(cancellationToken).ConfigureAwait(false);
            _state = new(time.GetUtcNow(), null);
            if (result is null)
                log.Unchanged(source);
            else
                log.Loaded(result.Rules, source, result.SkippedLines);
            return true;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            _state = _state with { LastError = exception };
            log.LoadFailed(source, List.Count, _state.LastLoaded, exception);
            return false;
        }
        finally
        {
            _loading.Release();
        }
    }

    public void Dispose() => _loading.Dispose();

    private async Task<BlockListLoadResult?> LoadInTimeAsync(CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await source.LoadAsync(List, options.Load, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"It was not loaded within {options.Timeout}.", exception);
        }
    }

    private FileChanges Watch()
    {
        try
        {
            return FileChanges.Watch(options.WatchFile ? source.File : null);
        }
        catch (Exception exception) when (exception is IOException or ArgumentException or UnauthorizedAccessException)
        {
            log.NotWatched(source, exception);
            return FileChanges.Watch(null);
        }
    }
}

/// <summary>How the last loading went.</summary>
internal sealed record BlockListState(DateTimeOffset? LastLoaded, Exception? LastError);
