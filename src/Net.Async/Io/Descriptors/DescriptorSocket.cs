using System.Net.Sockets;

namespace Net.Async;

/// <summary>The base class library's object around a descriptor that is there already, for users and options.</summary>
internal static class DescriptorSocket
{
    /// <summary>Makes one that owns the descriptor. When that fails, the descriptor is still the caller's.</summary>
    public static Socket FromDescriptor(int descriptor)
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

    /// <summary>Another number for the same socket, which stays open until the last of them is closed. It is none of the reserve.</summary>
    public static int Duplicate(int descriptor)
    {
        var another = Descriptors.Duplicate(descriptor) ?? throw new SocketException((int)Errno.Last);
        if (!DescriptorReserve.Has(another, DescriptorReserve.ConnectHeadroom))
            return another;
        _ = LibC.Close(another);
        throw new SocketException((int)SocketError.TooManyOpenSockets);
    }

    /// <summary>The socket under a number of our own. The object is closed: a caller that has kept it cannot close our number.</summary>
    public static int DetachDescriptor(Socket socket)
    {
        var descriptor = Duplicate((int)socket.Handle);
        socket.Dispose();
        return descriptor;
    }

    /// <summary>An object with a number of its own: its close closes no number of ours.</summary>
    public static Socket FromDuplicate(int descriptor)
    {
        var another = Duplicate(descriptor);
        try
        {
            return FromDescriptor(another);
        }
        catch
        {
            _ = LibC.Close(another);
            throw;
        }
    }
}
