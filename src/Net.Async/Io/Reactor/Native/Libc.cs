using System.Runtime.InteropServices;

namespace Net.Async;

/// <summary>The calls to the Linux kernel that the reactor makes. All arguments are blittable, all descriptors non-blocking.</summary>
/// <remarks>No call leaves the collector waiting (SuppressGCTransition): sending and receiving run the network stack. The error of a call is <see cref="Marshal.GetLastSystemError"/>, read at once.</remarks>
internal static unsafe partial class Libc
{
    private const string Library = "libc";

    [LibraryImport(Library, EntryPoint = "epoll_create1")]
    public static partial int EpollCreate(int flags);

    [LibraryImport(Library, EntryPoint = "epoll_ctl")]
    public static partial int EpollControl(int set, int operation, int descriptor, byte* interest);

    [LibraryImport(Library, EntryPoint = "epoll_wait")]
    public static partial int EpollWait(int set, byte* events, int count, int milliseconds);

    [LibraryImport(Library, EntryPoint = "eventfd")]
    public static partial int EventDescriptor(uint value, int flags);

    [LibraryImport(Library, EntryPoint = "write")]
    public static partial nint Write(int descriptor, void* bytes, nint length);

    [LibraryImport(Library, EntryPoint = "recv")]
    public static partial nint Receive(int descriptor, byte* buffer, nint length, int flags);

    [LibraryImport(Library, EntryPoint = "send")]
    public static partial nint Send(int descriptor, byte* bytes, nint length, int flags);

    [LibraryImport(Library, EntryPoint = "sendmsg")]
    public static partial nint SendMessage(int descriptor, MessageHeader* message, int flags);

    [LibraryImport(Library, EntryPoint = "accept4")]
    public static partial int Accept(int descriptor, byte* address, int* length, int flags);

    [LibraryImport(Library, EntryPoint = "connect")]
    public static partial int Connect(int descriptor, byte* address, int length);

    [LibraryImport(Library, EntryPoint = "shutdown")]
    public static partial int Shutdown(int descriptor, int how);

    [LibraryImport(Library, EntryPoint = "close")]
    public static partial int Close(int descriptor);

    [LibraryImport(Library, EntryPoint = "getsockname")]
    public static partial int LocalName(int descriptor, byte* address, int* length);

    [LibraryImport(Library, EntryPoint = "getpeername")]
    public static partial int RemoteName(int descriptor, byte* address, int* length);

    [LibraryImport(Library, EntryPoint = "getsockopt")]
    public static partial int GetOption(int descriptor, int level, int name, void* value, int* length);

    [LibraryImport(Library, EntryPoint = "setsockopt")]
    public static partial int SetOption(int descriptor, int level, int name, void* value, int length);

    [LibraryImport(Library, EntryPoint = "socketpair")]
    public static partial int SocketPair(int family, int type, int protocol, int* pair);

    /// <summary>The kernel's number of this thread; 0 where the C library is too old to say (glibc before 2.30).</summary>
    public static int ThreadId()
    {
        try
        {
            return GetThreadId();
        }
        catch (EntryPointNotFoundException)
        {
            return 0;
        }
    }

    [LibraryImport(Library, EntryPoint = "gettid")]
    private static partial int GetThreadId();
}
