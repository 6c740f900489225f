using System.Net.Sockets;

namespace Net.Async;

/// <summary>The last descriptors of the process. No connection keeps one: without any the runtime cannot start a thread, and ends the process.</summary>
/// <remarks>The kernel gives the lowest free number (open(2)). One near the limit therefore says that nearly all are taken, and no call is needed to know when that is over.</remarks>
internal static class DescriptorReserve
{
    /// <summary>How many a server's clients leave.</summary>
    public const int AcceptHeadroom = 16;

    /// <summary>How many connects leave, and duplicates: fewer, since they often serve a client who is in already.</summary>
    public const int ConnectHeadroom = 8;

    private const int LinuxNumberOfFiles = 7, BsdNumberOfFiles = 8;

    /// <summary>Throws what the kernel would say without a descriptor when this is one of those that a connect leaves.</summary>
    public static void ThrowIfReserved(nint descriptor)
    {
        if (Has(descriptor, ConnectHeadroom))
            throw new SocketException((int)SocketError.TooManyOpenSockets);
    }

    /// <summary>Whether a number that was just given is one of the last so many. Never where the system has no such limit.</summary>
    public static unsafe bool Has(nint descriptor, int last)
    {
        if (OperatingSystem.IsWindows())
            return false;
        // Asked each time: it may be set for a running process (prlimit(2)).
        // Two numbers of the machine's word, or of 64 bits (musl): their first word is the limit all the same.
        var limits = stackalloc nuint[4];
        return LibC.GetLimit(OperatingSystem.IsLinux() || OperatingSystem.IsAndroid() ? LinuxNumberOfFiles : BsdNumberOfFiles, limits) == 0 && (nuint)(descriptor + last) >= limits[0];
    }
}
