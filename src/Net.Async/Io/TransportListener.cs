using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>One address that clients come to, under a <see cref="Server"/>: what a transport implements.</summary>
public abstract class TransportListener
{
    /// <summary>The bound address, as it is after the bind; also after the close.</summary>
    public abstract EndPoint LocalEndPoint { get; }

    /// <summary>Starts to listen. Called once, before the first accept.</summary>
    /// <param name="backlog">How many clients may wait to be accepted, at least 1; a transport may have a smaller limit.</param>
    /// <exception cref="ConnectionException">The address cannot be listened on.</exception>
    public abstract void Start(int backlog);

    /// <summary>Waits for one client. Called again only after it has answered.</summary>
    /// <param name="cancellationToken">Ends the wait. A client that came meanwhile is returned, or stays for the next accept.</param>
    /// <exception cref="SocketException">
    /// The accept failed. <see cref="SocketError.ConnectionAborted"/> and <see cref="SocketError.ConnectionReset"/> are one client's trouble, and the server accepts on;
    /// a shortage makes it wait; every other error ends its listening.
    /// </exception>
    public abstract ValueTask<TransportStream> AcceptAsync(CancellationToken cancellationToken);

    /// <summary>Stops listening. Clients that were not accepted are reset, and an accept under way ends with a <see cref="SocketException"/>. Idempotent, from any thread.</summary>
    public abstract void Close();

    /// <summary>The file that was made for the address and goes with the server; null when there is none, or the listener was handed on.</summary>
    internal SocketFile? SocketFile { get; set; }

    /// <summary>The socket itself, to pass it on; null when there is none.</summary>
    internal virtual Socket? Socket => null;

    /// <summary>Whether a client is in the kernel's queue now, although an accept waits: the event that ends the wait may come later.</summary>
    internal virtual bool HasClient => false;

    /// <summary>Another process may have the same socket: the close then leaves it as it is, and in its place.</summary>
    internal bool IsShared { get; private set; }

    /// <summary>From now on another process may have the same socket.</summary>
    internal void Share()
    {
        SharedSocket.Prepare();
        SocketFile = null;
        IsShared = true;
    }

    /// <summary>Stops accepting here, and leaves the socket to the process that has it too.</summary>
    internal void CloseShared()
    {
        if (Socket is { } socket)
            SharedSocket.Leave(socket.SafeHandle, polled: true);
        Close();
    }
}
