namespace Net.Async;

/// <summary>What a list had.</summary>
/// <param name="Rules">Rules that were read; the same one twice counts twice.</param>
/// <param name="SkippedLines">Lines that are no rules and were skipped, see <see cref="BlockListLoadOptions.SkipBadLines"/>. Comments and blank lines do not count.</param>
public readonly record struct BlockListLoadResult(int Rules, int SkippedLines);
