using System.Net.Sockets;

namespace Net.Async;

/// <summary>The base class library's object around a descriptor that is there already, for users and options.</summary>
internal static class KernelSocket
{
    private const int DuplicateCloseOnExec = 1030;

    /// <summary>Makes one that owns the descriptor. When that fails, the descriptor is still the caller's.</summary>
    public static Socket Over(int descriptor)
    {
        var handle = new SafeSocketHandle(descriptor, ownsHandle: true);
        try
        {
            return new Socket(handle);
        }
        catch
        {
            handle.SetHandleAsInvalid();
            throw;
        }
    }

    /// <summary>Another number for the same socket: it lives until the last of them is closed.</summary>
    public static int Duplicate(int descriptor)
    {
        var another = Libc.Control(descriptor, DuplicateCloseOnExec, 0);
        return another >= 0 ? another : throw new SocketException((int)KernelErrors.Last());
    }

    /// <summary>An object with a number of its own: whoever closes it closes no number of ours.</summary>
    public static Socket Beside(int descriptor)
    {
        var another = Duplicate(descriptor);
        try
        {
            return Over(another);
        }
        catch
        {
            _ = Libc.Close(another);
            throw;
        }
    }
}
