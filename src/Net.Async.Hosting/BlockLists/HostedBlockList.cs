namespace Net.Async;

/// <summary>A block list of the host and how fresh it is: a keyed service under the list's name. The <see cref="BlockList"/> itself is one, too, also as a <see cref="ConnectionPolicy"/>.</summary>
public sealed class HostedBlockList
{
    private readonly BlockListRun _run;

    internal HostedBlockList(BlockListRun run) => _run = run;

    /// <summary>The name given to <see cref="Microsoft.Extensions.DependencyInjection.BlockListServiceCollectionExtensions"/>.</summary>
    public string Name => _run.Name;

    /// <summary>The list: always the last one that was loaded well.</summary>
    public BlockList List => _run.List;

    /// <summary>When it was loaded, or was found not to have changed, last.</summary>
    /// <value>Null before the first time.</value>
    public DateTimeOffset? LastLoaded => _run.State.LastLoaded;

    /// <summary>How long that is ago.</summary>
    /// <value>Null before the first time.</value>
    public TimeSpan? Age => _run.Age;

    /// <summary>Why the last loading failed.</summary>
    /// <value>Null when it succeeded.</value>
    public Exception? LastError => _run.State.LastError;

    internal BlockListRun Run => _run;

    /// <summary>Loads the list now, beside its interval.</summary>
    /// <param name="cancellationToken">Ends the loading; the list stays as it was.</param>
    /// <returns>False when the loading failed; <see cref="LastError"/> says why.</returns>
    public Task<bool> ReloadAsync(CancellationToken cancellationToken = default) => _run.LoadAsync(cancellationToken);
}
