namespace Net.Async;

/// <summary>A list in a file.</summary>
internal sealed class FileBlockListSource(string path) : BlockListSource
{
    public override string File => path;

    public override async Task<BlockListLoadResult?> LoadAsync(BlockList list, BlockListLoadOptions options, CancellationToken cancellationToken)
    {
        // Who replaces the file must not be kept from it.
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.Asynchronous | FileOptions.SequentialScan);
        await using (file.ConfigureAwait(false))
            return await list.ReplaceWithAsync(file, options, cancellationToken).ConfigureAwait(false);
    }

    public override string ToString() => path;
}
