using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>One socket that systemd started this process with. Take it as what it is, or dispose it, which closes it here; systemd keeps its own.</summary>
public sealed class SystemdSocket : IDisposable
{
    private readonly OwnedHandles _handles;

    internal SystemdSocket(string name, int descriptor, HandleKind kind, EndPoint? localEndPoint, OwnedHandles handles)
    {
        Name = name;
        Descriptor = descriptor;
        Kind = kind;
        LocalEndPoint = localEndPoint;
        _handles = handles;
    }

    /// <summary>The name given in the socket unit (<c>FileDescriptorName=</c>), by default the unit's; "unknown" when systemd says none.</summary>
    public string Name { get; }

    /// <summary>The descriptor's number, 3 and more.</summary>
    public int Descriptor { get; }

    /// <summary>A listener, with <c>Accept=yes</c> a connection, or something else, such as a datagram socket.</summary>
    public HandleKind Kind { get; }

    /// <summary>What it is bound to; null when it is no socket.</summary>
    public EndPoint? LocalEndPoint { get; }

    /// <summary>Takes the listener and serves on it.</summary>
    /// <param name="options">Null for the defaults; the backlog is systemd's.</param>
    /// <returns>The server, yours to dispose. Its stop leaves the socket as it is, for systemd to start the next process with.</returns>
    /// <exception cref="InvalidOperationException">It is no listener, or was taken or disposed before.</exception>
    /// <exception cref="ConnectionException">It cannot listen; it is closed here.</exception>
    public Server ToServer(ServerOptions? options = null) => _handles.ToServer(Kind, options);

    /// <summary>Takes the connection.</summary>
    /// <param name="options">Null for the defaults.</param>
    /// <returns>The connection, yours to dispose.</returns>
    /// <exception cref="InvalidOperationException">It is none, or was taken or disposed before.</exception>
    /// <exception cref="ConnectionException">The peer has gone; it is closed here.</exception>
    public Connection ToConnection(ConnectionOptions? options = null) => _handles.ToConnection(Kind, options);

    /// <summary>Takes the bare handle, for what has no other name here.</summary>
    /// <returns>The handle, yours to dispose.</returns>
    /// <exception cref="InvalidOperationException">It was taken or disposed before.</exception>
    public SafeSocketHandle ToHandle() => _handles.ToHandle(Kind);

    /// <summary>Closes it here if it was not taken. Idempotent.</summary>
    public void Dispose() => _handles.Dispose();

    /// <summary>Its name, and where it is bound.</summary>
    public override string ToString() => $"{Name} {(LocalEndPoint is null ? $"fd:{Descriptor}" : NetEndPoint.Format(LocalEndPoint))}";
}
