using Microsoft.Extensions.Logging;

namespace Net.Async;

/// <summary>What is logged of one block list, under the category <c>Net.Async.BlockList.NAME</c>. The numbers never change; docs/hosting.md lists them.</summary>
internal sealed partial class BlockListLog(ILogger logger)
{
    private readonly ILogger _logger = logger;

    [LoggerMessage(40, LogLevel.Information, "Loaded {Rules} rules from {Source}; {SkippedLines} lines were skipped.")]
    public partial void Loaded(int rules, BlockListSource source, int skippedLines);

    [LoggerMessage(41, LogLevel.Debug, "{Source} has not changed.")]
    public partial void Unchanged(BlockListSource source);

    [LoggerMessage(42, LogLevel.Error, "Loading from {Source} failed, and the list keeps its {Rules} rules, loaded at {LastLoaded}.")]
    public partial void LoadFailed(BlockListSource source, int rules, DateTimeOffset? lastLoaded, Exception exception);

    [LoggerMessage(43, LogLevel.Warning, "The first loading failed, and the list is empty: it denies no client.")]
    public partial void StartsEmpty();

    [LoggerMessage(44, LogLevel.Warning, "Changes of {Source} are not watched; it is loaded at the interval.")]
    public partial void NotWatched(BlockListSource source, Exception exception);
}
