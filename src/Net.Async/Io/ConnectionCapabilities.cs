namespace Net.Async;

/// <summary>What a transport can do beyond carrying bytes both ways in order.</summary>
[Flags]
public enum ConnectionCapabilities
{
    /// <summary>Bytes in order and nothing else.</summary>
    None = 0,

    /// <summary>Each direction ends on its own: completing the output tells the peer (FIN) while the input continues. Without it the peer sees the end only when the connection closes.</summary>
    HalfClose = 1,

    /// <summary>An abort is told apart from a clean end by the peer (RST).</summary>
    Reset = 2,

    /// <summary>There is a <see cref="System.Net.Sockets.Socket"/> behind it.</summary>
    Socket = 4,

    /// <summary>The peer's end and resets are noticed without a pending read.</summary>
    DetectsPeerClose = 8,

    /// <summary>It is TCP: no delay, keep-alive, type of service and user time-out can be set.</summary>
    Tcp = 16,

    /// <summary>The kernel vouches for who is at the other end (Unix sockets on Linux).</summary>
    PeerCredentials = 32,
}
