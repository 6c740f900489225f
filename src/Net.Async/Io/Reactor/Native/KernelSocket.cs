using System.Net.Sockets;

namespace Net.Async;

/// <summary>The base class library's object around a descriptor that is there already, for users and options.</summary>
internal static class KernelSocket
{
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

    /// <summary>Another number for the same socket: it lives until the last of them is closed. None of the last ones.</summary>
    public static int Duplicate(int descriptor)
    {
        var another = Descriptors.Duplicate(descriptor) ?? throw new SocketException((int)KernelErrors.Last());
        if (!DescriptorReserve.Has(another, DescriptorReserve.OfConnects))
            return another;
        _ = Libc.Close(another);
        throw new SocketException((int)SocketError.TooManyOpenSockets);
    }

    /// <summary>The socket under a number of our own. Whoever has kept the object holds a closed one, and cannot close ours.</summary>
    public static int Take(Socket socket)
    {
        var descriptor = Duplicate((int)socket.Handle);
        socket.Dispose();
        return descriptor;
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
