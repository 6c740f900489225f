namespace Net.Async;

/// <summary>A list was refused as a whole. The block list that it was for has not changed.</summary>
public sealed class BlockListLoadException : FormatException
{
    internal BlockListLoadException(string message, long line = 0, Exception? innerException = null)
        : base(message, innerException) => Line = line;

    /// <summary>The number of the line that caused the error, from 1; 0 when the whole list caused it.</summary>
    public long Line { get; }
}
