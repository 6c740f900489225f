using System.Runtime.InteropServices;

namespace Net.Async;

/// <summary>Every function of the C library that the core calls, declared once. All arguments are blittable, but for paths of calls whose error is not asked for.</summary>
/// <remarks>
/// The error of a call is <see cref="Errno"/>'s, read at once. No call leaves the collector waiting (SuppressGCTransition): sending and receiving run the network stack.
/// A caller that has a <see cref="SafeHandle"/> holds its number meanwhile (<see cref="HeldHandle"/>).
/// </remarks>
internal static unsafe partial class LibC
{
    private const string Library = "libc";

    [LibraryImport(Library, EntryPoint = "accept4")]
    public static partial int Accept(int descriptor, byte* address, int* length, int flags);

    [LibraryImport(Library, EntryPoint = "close")]
    public static partial int Close(int descriptor);

    [LibraryImport(Library, EntryPoint = "connect")]
    public static partial int Connect(int descriptor, byte* address, int length);

    /// <summary>The target's number for what the source is open on; what it was open on before is closed.</summary>
    [LibraryImport(Library, EntryPoint = "dup3")]
    public static partial int Duplicate(int source, int target, int flags);

    [LibraryImport(Library, EntryPoint = "epoll_create1")]
    public static partial int EpollCreate(int flags);

    [LibraryImport(Library, EntryPoint = "epoll_ctl")]
    public static partial int EpollControl(int set, int operation, int descriptor, byte* interest);

    [LibraryImport(Library, EntryPoint = "epoll_wait")]
    public static partial int EpollWait(int set, byte* events, int count, int milliseconds);

    [LibraryImport(Library, EntryPoint = "eventfd")]
    public static partial int EventDescriptor(uint value, int flags);

    // The third argument is an optional one; Linux's calling conventions pass it like any other.
    [LibraryImport(Library, EntryPoint = "fcntl")]
    public static partial int Control(int descriptor, int command, int argument);

    [LibraryImport(Library, EntryPoint = "fchmod")]
    public static partial int ChangeMode(int descriptor, uint mode);

    [LibraryImport(Library, EntryPoint = "fchmodat")]
    public static partial int ChangeMode(int directory, byte* path, uint mode, int flags);

    [LibraryImport(Library, EntryPoint = "geteuid")]
    public static partial uint EffectiveUser();

    [LibraryImport(Library, EntryPoint = "getpeername")]
    public static partial int RemoteName(int descriptor, byte* address, int* length);

    [LibraryImport(Library, EntryPoint = "getrlimit")]
    public static partial int GetLimit(int resource, nuint* limits);

    [LibraryImport(Library, EntryPoint = "getsockname")]
    public static partial int LocalName(int descriptor, byte* address, int* length);

    [LibraryImport(Library, EntryPoint = "getsockopt")]
    public static partial int GetOption(int descriptor, int level, int name, void* value, int* length);

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

    [LibraryImport(Library, EntryPoint = "openat")]
    public static partial int OpenAt(int directory, byte* path, int flags);

    [LibraryImport(Library, EntryPoint = "pipe2")]
    public static partial int Pipe(int* ends, int flags);

    [LibraryImport(Library, EntryPoint = "poll")]
    public static partial int Poll(PolledDescriptor* polled, nuint count, int milliseconds);

    [LibraryImport(Library, EntryPoint = "read")]
    public static partial nint Read(int descriptor, void* buffer, nint length);

    [LibraryImport(Library, EntryPoint = "readlink", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint ReadLink(string path, byte* buffer, nint length);

    [LibraryImport(Library, EntryPoint = "recv")]
    public static partial nint Receive(int descriptor, byte* buffer, nint length, int flags);

    [LibraryImport(Library, EntryPoint = "recvmsg")]
    public static partial nint ReceiveMessage(int descriptor, MessageHeader* message, int flags);

    [LibraryImport(Library, EntryPoint = "send")]
    public static partial nint Send(int descriptor, byte* bytes, nint length, int flags);

    /// <summary>Sends bytes of a file from a position, which is moved; the file's own position stays.</summary>
    [LibraryImport(Library, EntryPoint = "sendfile")]
    public static partial nint SendFile(int socket, int file, long* position, nint count);

    [LibraryImport(Library, EntryPoint = "sendmsg")]
    public static partial nint SendMessage(int descriptor, MessageHeader* message, int flags);

    [LibraryImport(Library, EntryPoint = "setsockopt")]
    public static partial int SetOption(int descriptor, int level, int name, void* value, int length);

    [LibraryImport(Library, EntryPoint = "shutdown")]
    public static partial int Shutdown(int descriptor, int how);

    [LibraryImport(Library, EntryPoint = "socketpair")]
    public static partial int SocketPair(int family, int type, int protocol, int* pair);

    [LibraryImport(Library, EntryPoint = "splice")]
    public static partial nint Splice(int from, long* fromOffset, int to, long* toOffset, nint count, uint flags);

    [LibraryImport(Library, EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Status(int directory, string path, int flags, uint mask, FileStatus* status);

    [LibraryImport(Library, EntryPoint = "write")]
    public static partial nint Write(int descriptor, void* bytes, nint length);
}
