using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>The seam to the kernel: one bound, then listening, address.</summary>
internal abstract class IoListener
{
    /// <summary>The bound address, with the port that the system chose.</summary>
    public abstract EndPoint LocalEndPoint { get; }

    /// <summary>The file that was made for the address and goes with the server; null when there is none, or the listener was handed on.</summary>
    public SocketFile? SocketFile { get; set; }

    /// <summary>The socket itself, to pass it on; null when there is none.</summary>
    public virtual Socket? Socket => null;

    /// <summary>Another process may have the same socket: the close then leaves it as it is, and in its place.</summary>
    public bool IsShared { get; private set; }

    /// <summary>From now on another process may have the same socket.</summary>
    public void Share()
    {
        SharedSocket.Prepare();
        SocketFile = null;
        IsShared = true;
    }

    /// <summary>Stops accepting here, and leaves the socket to whoever has it too.</summary>
    public void CloseShared()
    {
        if (Socket is { } socket)
            SharedSocket.Leave(socket.SafeHandle, polled: true);
        Close();
    }

    /// <summary>Starts listening with this many connections waiting at most (the kernel may cap it).</summary>
    public abstract void Start(int backlog);

    /// <summary>Waits for one connection. Throws the platform's error as it is; the accept loop sorts the kinds.</summary>
    public abstract ValueTask<IoStream> AcceptAsync(CancellationToken cancellationToken);

    /// <summary>Stops listening; clients in the kernel's queue are reset. Idempotent.</summary>
    public abstract void Close();
}
