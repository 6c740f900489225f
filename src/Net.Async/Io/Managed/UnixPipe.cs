using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Net.Async;

/// <summary>What both ends of a named pipe on Linux have in common: it is a connected Unix socket.</summary>
internal static class UnixPipe
{
    /// <summary>The descriptor as a pipe's, which has it from here on.</summary>
    // The object that had it must not close it one day, and its own close would wait for a release that never comes.
    [SuppressMessage("Usage", "CA1816", Justification = "The finalizer of the other object is the one that must not run.")]
    public static SafePipeHandle HandleOf(Socket connected)
    {
        var descriptor = connected.SafeHandle.DangerousGetHandle();
        connected.SafeHandle.SetHandleAsInvalid();
        GC.SuppressFinalize(connected);
        return new SafePipeHandle(descriptor, ownsHandle: true);
    }

    /// <summary>Whether a process of this user is at the other end, as the kernel noted it at the connect or the listen; false when it cannot be told.</summary>
    public static bool IsOfThisUser(Socket connected)
    {
        // struct ucred: process, user, group (unix(7), SO_PEERCRED).
        Span<uint> found = stackalloc uint[3];
        try
        {
            connected.GetRawSocketOption(LibC.SocketLevel, LibC.PeerCredentialOption, MemoryMarshal.AsBytes(found));
        }
        catch (SocketException)
        {
            return false;
        }

        return found[1] == LibC.EffectiveUser();
    }
}
