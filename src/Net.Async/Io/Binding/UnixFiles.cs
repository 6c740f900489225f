using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace Net.Async;

/// <summary>What is asked of the kernel about files and the base class library cannot. Linux.</summary>
internal static unsafe class UnixFiles
{
    public static FileIdentity? Look(string path) => Look(LibC.CurrentDirectory, path, LibC.NoFollow);

    public static FileIdentity? Look(SafeHandle handle)
    {
        using var held = new HeldHandle(handle);
        return Look(held.Descriptor);
    }

    /// <summary>Of an open descriptor; null when it is not open.</summary>
    public static FileIdentity? Look(int descriptor) => Look(descriptor, "", LibC.EmptyPath);

    /// <summary>Of a socket that is not bound yet: what its file will have, less the umask.</summary>
    public static void SetMode(SafeHandle socket, UnixFileMode mode)
    {
        using var held = new HeldHandle(socket);
        Check(LibC.ChangeMode(held.Descriptor, (uint)mode));
    }

    public static void SetMode(string path, UnixFileMode mode)
    {
        fixed (byte* bytes = Encoding.UTF8.GetBytes(path + '\0'))
            Check(LibC.ChangeMode(LibC.CurrentDirectory, bytes, (uint)mode, LibC.NoFollow));
    }

    private static FileIdentity? Look(int directory, string path, int flags)
    {
        var file = default(FileStatus);
        return LibC.Status(directory, path, flags, LibC.TypeModeAndInode, &file) == 0
            ? new FileIdentity(((ulong)file.DeviceMajor << 32) | file.DeviceMinor, file.Inode, file.Mode)
            : null;
    }

    private static void Check(int result)
    {
        if (result == 0)
            return;
        var number = Errno.LastNumber;
        throw new SocketException((int)Errno.ToSocketError(number), Marshal.GetPInvokeErrorMessage(number));
    }
}
