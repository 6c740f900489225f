namespace Net.Async;

public sealed partial class BlockList
{
    /// <summary>Replaces all rules by those that another list has now, in one step: no reader sees a state in between. The cost does not depend on the length when both lists have the same <see cref="RememberRules"/>.</summary>
    /// <param name="other">The list to take over; it stays as it is, and later changes of either do not show in the other.</param>
    public void ReplaceWith(BlockList other)
    {
        ArgumentNullException.ThrowIfNull(other);
        var taken = other._snapshot;
        Change(snapshot => taken.As(snapshot.RemembersRules));
    }

    /// <summary>Replaces all rules by those of a list, in one step: no reader sees a state in between, and an error changes nothing.</summary>
    /// <param name="stream">UTF-8, with or without a byte order mark; read to its end and left open.</param>
    /// <param name="options">What is read, and what is refused; null for the defaults.</param>
    /// <exception cref="BlockListLoadException">A line is no rule, a limit of the options is passed, or the list is much shorter than this one; the message says which.</exception>
    public BlockListLoadResult ReplaceWith(Stream stream, BlockListLoadOptions? options = null) => ReplaceWith(Read(stream, options));

    /// <inheritdoc cref="ReplaceWith(Stream, BlockListLoadOptions?)"/>
    /// <param name="stream">UTF-8, with or without a byte order mark; read to its end and left open.</param>
    /// <param name="options">What is read, and what is refused; null for the defaults.</param>
    /// <param name="cancellationToken">Ends the reading; all stays as it was then.</param>
    public async ValueTask<BlockListLoadResult> ReplaceWithAsync(Stream stream, BlockListLoadOptions? options = null, CancellationToken cancellationToken = default) =>
        ReplaceWith(await ReadAsync(stream, options, cancellationToken).ConfigureAwait(false));

    private BlockListLoadResult ReplaceWith(Feed feed)
    {
        var next = BlockListSnapshot.Empty(RememberRules).Add(feed.Batch);
        Change(snapshot =>
        {
            feed.CheckShrink(snapshot.Given, next.Given);
            return next;
        });
        return feed.Result;
    }
}
