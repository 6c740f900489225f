using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Net.Async;

/// <summary>What is asked of the kernel about files and the base class library cannot. Linux: statx(2) is laid out alike on every architecture and libc.</summary>
internal static partial class UnixFiles
{
    private const int CurrentDirectory = -100;
    private const int NoFollow = 0x100, EmptyPath = 0x1000;
    private const uint TypeModeAndInode = 0x1 | 0x2 | 0x100;
    private const int NoPermission = 1, AccessDenied = 13;

    public static FileIdentity? Look(string path) => StatX(CurrentDirectory, path, NoFollow, TypeModeAndInode, out var file) == 0 ? file.Identity : null;

    public static FileIdentity? Look(SafeHandle handle) => StatX(handle, "", EmptyPath, TypeModeAndInode, out var file) == 0 ? file.Identity : null;

    /// <summary>Of an open descriptor; null when it is not open.</summary>
    public static FileIdentity? Look(int descriptor) => StatX(descriptor, "", EmptyPath, TypeModeAndInode, out var file) == 0 ? file.Identity : null;

    /// <summary>Of a socket that is not bound yet: what its file will have, less the umask.</summary>
    public static void SetMode(SafeHandle socket, UnixFileMode mode) => Check(FChMod(socket, (uint)mode));

    public static void SetMode(string path, UnixFileMode mode) => Check(FChModAt(CurrentDirectory, path, (uint)mode, NoFollow));

    private static void Check(int result)
    {
        if (result == 0)
            return;
        var error = Marshal.GetLastPInvokeError();
        throw new SocketException((int)(error is NoPermission or AccessDenied ? SocketError.AccessDenied : SocketError.SocketError), Marshal.GetPInvokeErrorMessage(error));
    }

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(int directory, string path, int flags, uint mask, out Status file);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(SafeHandle file, string path, int flags, uint mask, out Status status);

    [LibraryImport("libc", EntryPoint = "fchmod", SetLastError = true)]
    private static partial int FChMod(SafeHandle file, uint mode);

    [LibraryImport("libc", EntryPoint = "fchmodat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int FChModAt(int directory, string path, uint mode, int flags);

    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Status
    {
        [FieldOffset(28)]
        public ushort Mode;

        [FieldOffset(32)]
        public ulong Inode;

        [FieldOffset(136)]
        public uint DeviceMajor;

        [FieldOffset(140)]
        public uint DeviceMinor;

        public readonly FileIdentity Identity => new(((ulong)DeviceMajor << 32) | DeviceMinor, Inode, Mode);
    }
}
