namespace Net.Async;

/// <summary>The constants of the calls, as Linux has them on every architecture that .NET runs on.</summary>
internal static partial class LibC
{
    /// <summary>O_CLOEXEC, and under their own names the same bit of accept4, dup3, epoll_create1, eventfd, pipe2 and socketpair.</summary>
    public const int CloseOnExec = 0x80000;

    /// <summary>O_NONBLOCK, SOCK_NONBLOCK, EFD_NONBLOCK.</summary>
    public const int NonBlocking = 0x800;

    /// <summary>O_PATH: the descriptor names a file, and cannot read it.</summary>
    public const int PathOnly = 0x200000;

    // Address families, socket types, and how shutdown(2) is told which direction.
    public const int UnixFamily = 1, InetFamily = 2, Inet6Family = 10, StreamType = 1, SendDirection = 1;

    // Levels and names of socket options.
    public const int IpLevel = 0, SocketLevel = 1, TcpLevel = 6, IPv6Level = 41;
    public const int ErrorOption = 4, LingerOption = 13, ReusePortOption = 15, PeerCredentialOption = 17;
    public const int BindAddressNoPortOption = 24, IPv6TrafficClassOption = 67, TcpInfoOption = 11, TcpUserTimeoutOption = 18;

    // Flags of recv(2) and send(2), and what recvmsg(2) says.
    public const int PeekFlag = 0x2, TruncatedControl = 0x8, DontWait = 0x40, NoSignal = 0x4000, CloseOnExecOfMessage = 0x40000000;

    /// <summary>SPLICE_F_MOVE, SPLICE_F_NONBLOCK.</summary>
    public const uint SpliceMove = 0x1, SpliceNonBlocking = 0x2;

    /// <summary>SCM_RIGHTS: descriptors in a control message.</summary>
    public const int Rights = 1;

    /// <summary>POLLRDHUP: the peer has ended its direction.</summary>
    public const short PeerHangUp = 0x2000;

    // fcntl(2), with the access mode of its answer.
    public const int GetDescriptorFlags = 1, SetDescriptorFlags = 2, GetStatusFlags = 3, DuplicateClosedOnExec = 1030, DescriptorClosedOnExec = 1;
    public const int SetPipeSize = 1031;
    public const int AccessMode = 3, ReadOnly = 0, WriteOnly = 1;

    // The calls that take a directory and a path: the current directory, a symbolic link itself, the descriptor itself.
    public const int CurrentDirectory = -100, NoFollow = 0x100, EmptyPath = 0x1000;

    /// <summary>STATX_TYPE, STATX_MODE, STATX_INO.</summary>
    public const uint TypeModeAndInode = 0x1 | 0x2 | 0x100;
}
