namespace Net.Async.HostLoad;

/// <summary>Arguments that say nothing: the message names them.</summary>
internal sealed class UsageException(string message) : Exception(message);
