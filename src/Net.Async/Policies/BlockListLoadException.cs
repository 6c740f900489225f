namespace Net.Async;

/// <summary>A list was refused as a whole; what it was to be loaded into is as it was.</summary>
public sealed class BlockListLoadException : FormatException
{
    internal BlockListLoadException(string message, long line = 0, Exception? innerException = null)
        : base(message, innerException) => Line = line;

    /// <summary>The line that is to blame, from 1 on; 0 when it is the list as a whole.</summary>
    public long Line { get; }
}
