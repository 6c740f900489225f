using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Net.Async;

/// <summary>Gives up this process's part of a socket that another process has too: nothing is sent, and nothing about the socket changes.</summary>
/// <remarks>
/// The base class library's close of a socket with a call under way is none of that: it disconnects, which ends a listener for everybody,
/// sets a linger of 0, which makes the other process's closes resets (and those of all it accepts).
/// So the number is pointed at something harmless first, and the close meets that.
/// </remarks>
internal static partial class SharedSocket
{
    private const int CloseOnExec = 0x80000;

    private static readonly Lazy<SafeFileHandle> s_harmless = new(static () => File.OpenHandle("/dev/null"));

    /// <summary>Opens what is needed: at the time it may be too late for a new descriptor.</summary>
    public static void Prepare()
    {
        if (OperatingSystem.IsLinux())
            _ = s_harmless.Value;
    }

    /// <summary>Leaves the poll sets, and points the number elsewhere. The close that follows meets nothing of the socket; calls under way find something that is none.</summary>
    public static void Leave(SafeSocketHandle handle, bool polled)
    {
        if (!OperatingSystem.IsLinux())
            return;
        var held = false;
        try
        {
            handle.DangerousAddRef(ref held);
            var descriptor = (int)handle.DangerousGetHandle();
            if (polled)
                PollSets.Remove(descriptor);
            _ = Duplicate(s_harmless.Value, descriptor, CloseOnExec);
        }
        catch (ObjectDisposedException)
        {
            // Closed already, by another thread.
        }
        finally
        {
            if (held)
                handle.DangerousRelease();
        }
    }

    /// <summary>Points a number at what the source is open on (dup3(2)); what the number was open on before is closed.</summary>
    [LibraryImport("libc", EntryPoint = "dup3", SetLastError = true)]
    internal static partial int Duplicate(SafeHandle source, int target, int flags);
}
