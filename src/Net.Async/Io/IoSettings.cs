namespace Net.Async;

/// <summary>What the engine sets on a socket before anything is sent.</summary>
internal readonly record struct IoSettings(bool NoDelay, bool CurrentUserOnly, bool DualStack);
