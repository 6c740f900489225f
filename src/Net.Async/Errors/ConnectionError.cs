namespace Net.Async;

/// <summary>What went wrong with a connection, a connect or a listen, to branch on.</summary>
/// <remarks>One table maps the operating system's errors to these; the <see cref="System.Net.Sockets.SocketException"/> stays inside the exception.</remarks>
public enum ConnectionError
{
    /// <summary>An error of the operating system that has no name of its own here; see the inner exception.</summary>
    Unknown,

    /// <summary>The peer reset the connection (RST), or closed it while data was on its way.</summary>
    Reset,

    /// <summary>This side aborted the connection.</summary>
    Aborted,

    /// <summary>This side has closed the connection.</summary>
    Closed,

    /// <summary>A time limit passed: one of ours, or the operating system's (ETIMEDOUT).</summary>
    TimedOut,

    /// <summary>No server listens at the address (ECONNREFUSED).</summary>
    Refused,

    /// <summary>The address or path is in use already (EADDRINUSE); or the port to connect from, chosen by the caller, has a connection to this destination (EADDRNOTAVAIL).</summary>
    AddressInUse,

    /// <summary>The address to listen on or to connect from is not one of this machine's (EADDRNOTAVAIL), or it has none of the destination's family.</summary>
    AddressNotAvailable,

    /// <summary>The address family is not supported here (EAFNOSUPPORT).</summary>
    AddressFamilyNotSupported,

    /// <summary>There is no route to the network (ENETUNREACH, ENETDOWN).</summary>
    NetworkUnreachable,

    /// <summary>There is no route to the host (EHOSTUNREACH, EHOSTDOWN).</summary>
    HostUnreachable,

    /// <summary>The name has no address: every family that was looked up said so.</summary>
    HostNotFound,

    /// <summary>The permission to bind, listen or connect is missing (EACCES, EPERM).</summary>
    AccessDenied,

    /// <summary>The path does not exist (ENOENT).</summary>
    PathNotFound,

    /// <summary>Descriptors, buffers, memory or local ports have run out: a shortage that passes.</summary>
    /// <remarks>EMFILE, ENFILE, ENOBUFS, ENOMEM; of a connect whose port the system chooses EADDRNOTAVAIL, of a bind to port 0 EADDRINUSE (ip(7), ip_local_port_range).</remarks>
    ResourceShortage,

    /// <summary>The transport cannot do this.</summary>
    NotSupported,

    /// <summary>A connection policy denies it.</summary>
    Denied,

    /// <summary>The peer sent what its protocol does not allow, a line longer than the limit for example.</summary>
    InvalidData,

    /// <summary>The name could not be looked up: a name server failed or did not answer, or the resolver itself failed. Whether the name has an address is not known.</summary>
    LookupFailed,

    /// <summary>The address answered, and what had to succeed on the connection failed: a TLS handshake, a greeting. The inner exception says why.</summary>
    EstablishFailed,

    /// <summary>The peer ended without saying that it was done: what it sent may have been cut off, by it or by another on the way (TLS without close_notify, RFC 8446, 6.1).</summary>
    Truncated,
}
