using System.Net;
using System.Net.Sockets;

namespace Net.Async;

// How addresses are bound.
public sealed partial record ServerOptions
{
    /// <summary>An IPv6 listener on "any" takes IPv4 too (IPV6_V6ONLY off).</summary>
    /// <value>Default: true.</value>
    public bool DualStack { get; init; } = true;

    /// <summary>Binds although connections of an earlier server on the port still linger in TIME_WAIT (SO_REUSEADDR); TCP on Unix only. Never takes a port that somebody listens on.</summary>
    /// <value>Default: true.</value>
    public bool ReuseAddress { get; init; } = true;

    /// <summary>Shares the port with other servers of the same user that ask for it too, in this process or others (SO_REUSEPORT): the kernel deals the clients out by a hash of their addresses; TCP on Linux only.</summary>
    /// <remarks>
    /// The traps: clients that wait in the queue of a server that stops are reset, though the others would have time for them; the hash knows no load, so that one may be full
    /// while another is idle; and a server started twice by mistake is told of nothing and gets half of the clients.
    /// </remarks>
    /// <value>Default: false.</value>
    public bool ReusePort { get; init; }

    /// <summary>The permissions of a Unix socket's file; to connect takes the one to write. At no moment has the file more of them than asked for; Linux only.</summary>
    /// <value>Default: null, what the umask leaves of 0777; of the nine permission bits any. With an abstract name, which has no file, an argument error.</value>
    public System.IO.UnixFileMode? UnixFileMode { get; init => field = CheckMode(value, nameof(UnixFileMode)); }

    /// <summary>Replaces the socket file that a server which died has left at the path; never a server's that lives or starts, a file of another kind, or a symbolic link; Linux only.</summary>
    /// <remarks>While it binds, a lock file stands beside the path (<c>.net-async-lock</c>), so that of several that start at once one gets it and the others hear that the address is in use.</remarks>
    /// <value>Default: false: whatever is there, the address is in use.</value>
    public bool ReplaceStaleSocket { get; init; }

    internal ListenSettings ToListenSettings() => new(Connection.ToSettings(), DualStack)
    {
        ReuseAddress = ReuseAddress,
        ReusePort = ReusePort,
        FileMode = UnixFileMode,
        ReplaceStaleSocket = ReplaceStaleSocket,
    };

    /// <summary>Whether they can be had at these end points.</summary>
    internal void CheckFor(IReadOnlyList<EndPoint> endPoints, string optionName = nameof(UnixFileMode))
    {
        if (UnixFileMode is not null && endPoints.OfType<UnixDomainSocketEndPoint>().FirstOrDefault(UnixPaths.IsAbstract) is { } name)
            throw new ArgumentException($"UnixFileMode is for files: {NetEndPoint.Format(name)} is an abstract name, to which anybody on this machine may connect.", optionName);
    }

    private static System.IO.UnixFileMode? CheckMode(System.IO.UnixFileMode? value, string name) => value is null || ((int)value & ~0x1FF) == 0
        ? value
        : throw new ArgumentOutOfRangeException(name, value, "UnixFileMode has permissions for user, group and others only.");
}
