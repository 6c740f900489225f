namespace Net.Async;

public sealed partial class BlockList
{
    /// <summary>Adds the rules of a list: all of them in one step, or with an error none.</summary>
    /// <param name="stream">UTF-8, with or without a byte order mark; read to its end and left open.</param>
    /// <param name="options">What is read, and what is refused; null for the defaults.</param>
    /// <exception cref="BlockListLoadException">A line is no rule, or a limit of the options is passed; the message says which.</exception>
    public BlockListLoadResult Load(Stream stream, BlockListLoadOptions? options = null)
    {
        var feed = Read(stream, options);
        Change(snapshot => snapshot.Add(feed.Batch));
        return feed.Result;
    }

    /// <inheritdoc cref="Load"/>
    /// <param name="stream">UTF-8, with or without a byte order mark; read to its end and left open.</param>
    /// <param name="options">What is read, and what is refused; null for the defaults.</param>
    /// <param name="cancellationToken">Ends the reading; nothing is added then.</param>
    public async ValueTask<BlockListLoadResult> LoadAsync(Stream stream, BlockListLoadOptions? options = null, CancellationToken cancellationToken = default)
    {
        var feed = await ReadAsync(stream, options, cancellationToken).ConfigureAwait(false);
        Change(snapshot => snapshot.Add(feed.Batch));
        return feed.Result;
    }

    private Feed Read(Stream stream, BlockListLoadOptions? options)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var feed = new Feed(options ?? new(), RememberRules);
        while (feed.Advance(stream.Read(feed.Room.Span)))
        {
        }

        return feed;
    }

    private async ValueTask<Feed> ReadAsync(Stream stream, BlockListLoadOptions? options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var feed = new Feed(options is null ? new() : options with { }, RememberRules);
        while (feed.Advance(await stream.ReadAsync(feed.Room, cancellationToken).ConfigureAwait(false)))
        {
        }

        return feed;
    }
}
