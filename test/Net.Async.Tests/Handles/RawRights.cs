using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Net.Async.Tests;

/// <summary>The calls that the tests make past the library.</summary>
internal static partial class RawRights
{
    /// <summary>Sends bytes with as many copies of a descriptor as asked for.</summary>
    public static void Send(Socket socket, ReadOnlySpan<byte> bytes, int descriptor, int copies)
    {
        var control = new byte[copies == 0 ? 0 : 16 + ((copies * 4 + 7) & ~7)];
        if (copies > 0)
        {
            BitConverter.TryWriteBytes(control, (long)(16 + copies * 4));
            BitConverter.TryWriteBytes(control.AsSpan(8), 1);
            BitConverter.TryWriteBytes(control.AsSpan(12), 1);
            for (var i = 0; i < copies; i++)
                BitConverter.TryWriteBytes(control.AsSpan(16 + i * 4), descriptor);
        }

        var data = GCHandle.Alloc(bytes.ToArray(), GCHandleType.Pinned);
        var ancillary = GCHandle.Alloc(control, GCHandleType.Pinned);
        var vector = GCHandle.Alloc(new[] { data.AddrOfPinnedObject(), bytes.Length }, GCHandleType.Pinned);
        var header = new nint[] { 0, 0, vector.AddrOfPinnedObject(), 1, copies == 0 ? 0 : ancillary.AddrOfPinnedObject(), control.Length, 0 };
        Assert.Equal(bytes.Length, SendMessage((int)socket.Handle, header, 0));
        data.Free();
        ancillary.Free();
        vector.Free();
    }

    /// <summary>Puts a copy of the descriptor at the number.</summary>
    public static void Copy(int descriptor, int number) => Assert.Equal(number, Dup2(descriptor, number));

    /// <summary>Another number for it.</summary>
    public static int Copy(int descriptor) => Control(descriptor, 0, 0);

    /// <summary>The ends of a new pipe, to read and to write.</summary>
    public static (int Read, int Write) Pipe()
    {
        var ends = new int[2];
        Assert.Equal(0, Pipe2(ends, 0x80000));
        return (ends[0], ends[1]);
    }

    public static void Close(int descriptor) => Assert.Equal(0, CloseDescriptor(descriptor));

    public static bool IsOpen(int descriptor) => Control(descriptor, 1, 0) >= 0;

    public static bool IsInherited(int descriptor) => (Control(descriptor, 1, 0) & 1) == 0;

    [LibraryImport("libc", EntryPoint = "sendmsg")]
    private static partial nint SendMessage(int socket, nint[] header, int flags);

    [LibraryImport("libc", EntryPoint = "dup2")]
    private static partial int Dup2(int descriptor, int number);

    [LibraryImport("libc", EntryPoint = "pipe2")]
    private static partial int Pipe2([In, Out] int[] ends, int flags);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int CloseDescriptor(int descriptor);

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Control(int descriptor, int command, int argument);
}
