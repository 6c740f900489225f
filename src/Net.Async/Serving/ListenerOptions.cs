using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>How a server's addresses are bound and listened on. Every value is checked where it is set.</summary>
public sealed record ListenerOptions
{
    /// <summary>How many connections may wait in the kernel to be accepted; the kernel may cap it (<c>net.core.somaxconn</c>).</summary>
    /// <value>Default: 511; at least 1.</value>
    public int Backlog
    {
        get;
        set => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(Backlog), value, $"{nameof(Backlog)} must be at least 1.");
    } = 511;

    /// <summary>An IPv6 listener on "any" accepts IPv4 too (IPV6_V6ONLY off).</summary>
    /// <value>Default: true.</value>
    public bool DualStack { get; set; } = true;

    /// <summary>Binds while connections of an earlier server on the port linger in TIME_WAIT (SO_REUSEADDR); TCP on Unix only. Never takes a port on which another socket listens.</summary>
    /// <value>Default: true.</value>
    public bool ReuseAddress { get; set; } = true;

    /// <summary>Shares the port with other servers of the same user that ask for it too, in this process or others (SO_REUSEPORT): the kernel distributes the clients by a hash of their addresses; TCP on Linux only.</summary>
    /// <remarks>
    /// When a server stops, the kernel resets the clients that wait in its queue, even if the other servers have capacity. The hash does not know the load: one server may be full
    /// while another is idle. A server that was started twice by mistake gets no error and half of the clients.
    /// </remarks>
    /// <value>Default: false.</value>
    public bool ReusePort { get; set; }

    /// <summary>The permissions of a Unix socket's file; a client needs the permission to write. At no moment does the file have more permissions than these; Linux only.</summary>
    /// <value>Default: null, 0777 without the bits of the umask; any of the nine permission bits. With an abstract name, which has no file, an argument error.</value>
    public UnixFileMode? UnixFileMode { get; set => field = CheckMode(value, nameof(UnixFileMode)); }

    /// <summary>Replaces the socket file that a dead server has left at the path; never the file of a running or starting server, a file of another kind, or a symbolic link; Linux only.</summary>
    /// <remarks>While it binds, a lock file is beside the path (<c>.net-async-lock</c>): of several servers that start at once one gets the path, and the others fail with <see cref="ConnectionError.AddressInUse"/>.</remarks>
    /// <value>Default: false: any existing file makes the address in use.</value>
    public bool ReplaceStaleSocket { get; set; }

    /// <summary>Keeps the process alive from the start to the stop; <see cref="Server.KeepProcessAlive"/> changes it later.</summary>
    /// <value>Default: false: the process ends with its last foreground thread.</value>
    public bool KeepProcessAlive { get; set; }

    /// <summary>Throws where an option cannot be honoured at one of these end points.</summary>
    internal void CheckFor(IReadOnlyList<EndPoint> endPoints, string optionName = nameof(UnixFileMode))
    {
        if (UnixFileMode is not null && endPoints.OfType<UnixDomainSocketEndPoint>().FirstOrDefault(UnixPaths.IsAbstract) is { } name)
            throw new ArgumentException($"UnixFileMode is for files: {NetEndPoint.Format(name)} is an abstract name, to which any process on this machine may connect.", optionName);
    }

    private static UnixFileMode? CheckMode(UnixFileMode? value, string name) => value is null || ((int)value & ~0x1FF) == 0
        ? value
        : throw new ArgumentOutOfRangeException(name, value, "UnixFileMode has permissions for user, group and others only.");
}
