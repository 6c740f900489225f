using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>The address of a Unix listener as the base class library shall know it: no path, so that it removes no file, and as long as any client's.</summary>
/// <remarks>
/// Its accept makes room for a client's name by the length of this one. A client with a longer name (unix(7): up to 108 bytes) would make it throw on a thread of
/// its own, where no one can catch it, and end the process (.NET 10).
/// </remarks>
internal sealed class UnixListenerName : EndPoint
{
    private static readonly UnixDomainSocketEndPoint s_any = new("/");
    private static readonly SocketAddress s_unnamed = new(AddressFamily.Unix, sizeof(ushort));

    private readonly SocketAddress _bound;
    private bool _isBound;

    private UnixListenerName(SocketAddress bound) => _bound = bound;

    public override AddressFamily AddressFamily => AddressFamily.Unix;

    /// <summary>Binds the socket to the address under this name.</summary>
    public static void Bind(Socket socket, UnixDomainSocketEndPoint endPoint) => Bind(socket, endPoint.Serialize());

    /// <summary>The same listener as an object that has this name; the given one is used up. Where that cannot be had, the given one.</summary>
    public static Socket GivenTo(Socket listener)
    {
        Socket? named = null;
        try
        {
            named = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            SharedSocket.Point(named.SafeHandle, listener.SafeHandle);
            // To no address is to a name of the kernel's choice (unix(7), autobind), and changes nothing about a socket that has one: only the object learns its name.
            Bind(named, s_unnamed);
        }
        catch (SocketException)
        {
            // Out of descriptors, or a kernel that is stricter: short names are served all the same.
            named?.Dispose();
            return listener;
        }

        listener.Dispose();
        return named;
    }

    public override SocketAddress Serialize() => _isBound ? new SocketAddress(AddressFamily.Unix, SocketName.Longest) : _bound;

    public override EndPoint Create(SocketAddress socketAddress) => s_any.Create(socketAddress);

    private static void Bind(Socket socket, SocketAddress address)
    {
        var name = new UnixListenerName(address);
        socket.Bind(name);
        name._isBound = true;
    }
}
