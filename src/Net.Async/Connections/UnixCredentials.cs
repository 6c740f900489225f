namespace Net.Async;

/// <summary>Who was at the other end of a Unix socket when it connected, as the kernel vouches for it (SO_PEERCRED, unix(7)).</summary>
/// <param name="ProcessId">The process, as this process sees it; 0 when it is outside of this one's PID namespace. It may have ended, and its number be another's, meanwhile.</param>
/// <param name="UserId">Its effective user.</param>
/// <param name="GroupId">Its effective group.</param>
public sealed record UnixCredentials(int ProcessId, uint UserId, uint GroupId);
