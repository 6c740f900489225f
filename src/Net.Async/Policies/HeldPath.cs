using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Net.Async;

/// <summary>Files held by a descriptor that only names them (open(2), O_PATH): nothing is read, and what becomes of the path afterwards does not matter. Linux, with /proc.</summary>
internal static partial class HeldPath
{
    private const int LongestName = 4096;
    private const int NoSuchFile = 2;

    // O_PATH and O_CLOEXEC are the same everywhere, O_NOFOLLOW is not.
    private const int Hold = 0x200000 | 0x80000;

    private static readonly int s_noFollow = RuntimeInformation.ProcessArchitecture is Architecture.Arm or Architecture.Armv6 or Architecture.Arm64 or Architecture.Ppc64le ? 0x8000 : 0x20000;

    /// <summary>Why the last open of this thread failed: there is no such file.</summary>
    public static bool IsMissing => Marshal.GetLastPInvokeError() == NoSuchFile;

    /// <summary>Opens as connect(2) finds its path, links followed; null when it cannot.</summary>
    /// <param name="path">Bytes, a NUL at the end.</param>
    public static SafeFileHandle? Open(byte[] path) => Taken(Open(path, Hold));

    /// <summary>Opens what is below a directory, no component being a link or a step up; null when it cannot.</summary>
    public static SafeFileHandle? OpenBelow(SafeFileHandle directory, byte[] path)
    {
        var at = directory;
        foreach (var range in path.AsSpan().Split((byte)'/'))
        {
            var next = Taken(OpenAt(at, [.. path.AsSpan(range), 0], Hold | s_noFollow));
            if (at != directory)
                at.Dispose();
            if (next is null)
                return null;
            at = next;
        }

        return at;
    }

    /// <summary>Where the kernel has the file: absolute, without links and steps; null where /proc does not tell.</summary>
    public static byte[]? NameOf(SafeFileHandle file)
    {
        var buffer = new byte[LongestName];
        var length = ReadLink(DialName(file), buffer, buffer.Length);
        // What fills the buffer may be cut off; what has no slash is no file.
        return length > 0 && length < buffer.Length && buffer[0] == (byte)'/' ? buffer[..(int)length] : null;
    }

    /// <summary>A path that leads to the file for as long as it is held (proc_pid_fd(5)).</summary>
    public static string DialName(SafeFileHandle file) => FormattableString.Invariant($"/proc/self/fd/{file.DangerousGetHandle()}");

    private static SafeFileHandle? Taken(int descriptor) => descriptor < 0 ? null : new SafeFileHandle(descriptor, ownsHandle: true);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true)]
    private static partial int Open(byte[] path, int flags);

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true)]
    private static partial int OpenAt(SafeFileHandle directory, byte[] name, int flags);

    [LibraryImport("libc", EntryPoint = "readlink", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint ReadLink(string path, byte[] buffer, nint length);
}
