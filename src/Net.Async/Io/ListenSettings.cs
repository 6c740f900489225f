namespace Net.Async;

/// <summary>How an address is listened on, and what is accepted there starts with.</summary>
internal readonly record struct ListenSettings(IoSettings Connection, bool DualStack)
{
    /// <summary>SO_REUSEADDR: binds although connections of an earlier listener still linger (TIME_WAIT).</summary>
    public bool ReuseAddress { get; init; } = true;

    /// <summary>SO_REUSEPORT: several listeners share the port.</summary>
    public bool ReusePort { get; init; }

    /// <summary>The permissions of a Unix socket's file; null leaves them to the umask.</summary>
    public UnixFileMode? FileMode { get; init; }

    /// <summary>A Unix socket's file whose server has died is replaced.</summary>
    public bool ReplaceStaleSocket { get; init; }
}
