namespace Net.Async;

/// <summary>What was read from a list.</summary>
public sealed record BlockListLoadResult
{
    /// <summary>Rules that were read; the same one twice counts twice.</summary>
    public int Rules { get; init; }

    /// <summary>Lines that are no rules and were skipped, see <see cref="BlockListLoadOptions.SkipBadLines"/>. Comments and blank lines do not count.</summary>
    public int SkippedLines { get; init; }
}
