using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Net.Async;

/// <summary>Files held by a descriptor that only names them (open(2), O_PATH): nothing is read, and what becomes of the path afterwards does not matter. Linux, with /proc.</summary>
internal static unsafe class HeldPath
{
    private const int LongestName = 4096;
    private const int Hold = LibC.PathOnly | LibC.CloseOnExec;

    // The one flag of open(2) that is not the same everywhere.
    private static readonly int s_noFollow = RuntimeInformation.ProcessArchitecture is Architecture.Arm or Architecture.Armv6 or Architecture.Arm64 or Architecture.Ppc64le ? 0x8000 : 0x20000;

    /// <summary>Why the last open of this thread failed: there is no such file.</summary>
    public static bool IsMissing => Marshal.GetLastPInvokeError() == Errno.NoSuchFile;

    /// <summary>Opens as connect(2) finds its path, links followed; null when it cannot.</summary>
    /// <param name="path">Bytes, a NUL at the end.</param>
    public static SafeFileHandle? Open(byte[] path) => Take(LibC.CurrentDirectory, path, Hold);

    /// <summary>Opens what is below a directory, no component being a link or a step up; null when it cannot.</summary>
    public static SafeFileHandle? OpenBelow(SafeFileHandle directory, byte[] path)
    {
        var at = directory;
        foreach (var range in path.AsSpan().Split((byte)'/'))
        {
            var next = OpenAt(at, [.. path.AsSpan(range), 0]);
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
        nint length;
        fixed (byte* bytes = buffer)
            length = LibC.ReadLink(DialName(file), bytes, buffer.Length);
        // What fills the buffer may be cut off; what has no slash is no file.
        return length > 0 && length < buffer.Length && buffer[0] == (byte)'/' ? buffer[..(int)length] : null;
    }

    /// <summary>A path that leads to the file for as long as it is held (proc_pid_fd(5)).</summary>
    public static string DialName(SafeFileHandle file) => FormattableString.Invariant($"/proc/self/fd/{file.DangerousGetHandle()}");

    private static SafeFileHandle? OpenAt(SafeFileHandle directory, byte[] name)
    {
        using var held = new HeldHandle(directory);
        return Take(held.Descriptor, name, Hold | s_noFollow);
    }

    private static SafeFileHandle? Take(int directory, byte[] path, int flags)
    {
        fixed (byte* bytes = path)
        {
            var descriptor = LibC.OpenAt(directory, bytes, flags);
            // Kept for IsMissing: what the runtime does meanwhile changes errno.
            Marshal.SetLastPInvokeError(descriptor < 0 ? Errno.LastNumber : 0);
            return descriptor < 0 ? null : new SafeFileHandle(descriptor, ownsHandle: true);
        }
    }
}
