namespace Net.Async;

/// <summary>What a handle from another process is.</summary>
public enum HandleKind
{
    /// <summary>There is no handle: only a payload was sent.</summary>
    None,

    /// <summary>A connected stream socket, TCP or Unix.</summary>
    Connection,

    /// <summary>A stream socket to accept on, TCP or Unix.</summary>
    Listener,

    /// <summary>Something else: a datagram socket, a pipe, a file. It can be taken as it is.</summary>
    Other,
}
