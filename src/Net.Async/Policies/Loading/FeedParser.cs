namespace Net.Async;

/// <summary>Reads rules out of the bytes of a list, piece by piece.</summary>
internal abstract class FeedParser
{
    /// <summary>The line that is being read, from 1 on.</summary>
    public long Line { get; protected set; } = 1;

    /// <summary>Reads as far as it can, and says how far; the rest comes again with what follows.</summary>
    public abstract int Parse(ReadOnlySpan<byte> bytes, bool isLast);

    /// <summary>The error for a list without a rule.</summary>
    public virtual string NothingFound => "The list has no rule";

    public static BlockListLoadException TooLong(long line, BlockListLoadOptions options) =>
        new($"Line {line}: a line, or a value in JSON, has more than {options.MaxLineLength} bytes (MaxLineLength).", line);
}
