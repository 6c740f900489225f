namespace Net.Async.Load;

/// <summary>The command line makes no sense; the message says which part.</summary>
internal sealed class UsageException(string message) : Exception(message);
