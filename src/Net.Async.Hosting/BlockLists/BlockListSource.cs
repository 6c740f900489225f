namespace Net.Async;

/// <summary>Where a block list comes from.</summary>
internal abstract class BlockListSource
{
    /// <summary>The file to watch; null when there is none.</summary>
    public virtual string? File => null;

    /// <summary>Replaces the list; an error leaves it as it was.</summary>
    /// <returns>Null when nothing has changed since the last loading.</returns>
    public abstract Task<BlockListLoadResult?> LoadAsync(BlockList list, BlockListLoadOptions options, CancellationToken cancellationToken);

    /// <summary>As messages name it.</summary>
    public abstract override string ToString();
}
