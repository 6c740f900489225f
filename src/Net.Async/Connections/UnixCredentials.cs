namespace Net.Async;

/// <summary>The process at the other end of a Unix socket when it connected, as the kernel recorded it (SO_PEERCRED, unix(7)).</summary>
public sealed record UnixCredentials
{
    /// <summary>The process, as this process sees it; 0 when it is outside of this one's PID namespace. It may have ended meanwhile, and another process may have its number.</summary>
    public int ProcessId { get; init; }

    /// <summary>Its effective user.</summary>
    public uint UserId { get; init; }

    /// <summary>Its effective group.</summary>
    public uint GroupId { get; init; }
}
