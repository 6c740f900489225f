using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Net.Async;

/// <summary>Descriptors that came from outside and wait to be taken: as a connection, a server, or bare. Taken once, or closed.</summary>
internal sealed class OwnedHandles(IReadOnlyList<SafeFileHandle> handles) : IDisposable
{
    private IReadOnlyList<SafeFileHandle>? _handles = handles;

    /// <summary>What it is, and where it is bound.</summary>
    public static (HandleKind Kind, EndPoint? Local) Describe(SafeHandle handle)
    {
        if (Descriptors.KindOf((int)handle.DangerousGetHandle()) != DescriptorKind.Socket)
            return (HandleKind.Other, null);
        var socket = AdoptedSocket.CreateNonOwning(handle);
        var kind = socket.SocketType != SocketType.Stream ? HandleKind.Other
            : AdoptedSocket.IsListening(socket) || (!socket.Connected && AdoptedSocket.IsBound(socket)) ? HandleKind.Listener
            : HandleKind.Connection;
        return (kind, socket.LocalEndPoint?.Fold());
    }

    public Connection ToConnection(HandleKind kind, ConnectionOptions? options)
    {
        options = options is null ? new() : options with { };
        var taken = Take(kind, HandleKind.Connection)[0];
        return ConnectionAdoption.Make(Adopt(taken, number => AdoptedSocket.AdoptConnected(number, options.ToSettings().Tuning, "handle", taken)), options);
    }

    public Server ToServer(HandleKind kind, ServerOptions? options)
    {
        options ??= new();
        var taken = Take(kind, HandleKind.Listener);
        var sockets = new List<Socket>();
        try
        {
            foreach (var handle in taken)
                sockets.Add(Adopt(handle, number => AdoptedSocket.AdoptListening(number, options.Listener.Backlog, options.Tuning(), "handle", handle)));
            return ServerAdoption.Start(sockets, options);
        }
        catch
        {
            sockets.ForEach(static socket => socket.Dispose());
            foreach (var handle in taken)
                handle.Dispose();
            throw;
        }
    }

    /// <summary>The bare handle, whatever it is.</summary>
    public SafeSocketHandle ToHandle(HandleKind kind)
    {
        var taken = Take(kind, kind)[0];
        return AdoptedSocket.TransferOwnership(taken, new SafeSocketHandle(taken.DangerousGetHandle(), ownsHandle: true), "handle", taken);
    }

    public void Dispose()
    {
        foreach (var handle in Interlocked.Exchange(ref _handles, null) ?? [])
            handle.Dispose();
    }

    private static Socket Adopt(SafeFileHandle handle, Func<int, Socket> adopt)
    {
        try
        {
            var socket = adopt((int)handle.DangerousGetHandle());
            handle.SetHandleAsInvalid();
            return socket;
        }
        catch (ArgumentException exception)
        {
            handle.Dispose();
            // The other process said what it was, and it was not.
            throw new ConnectionException(ConnectionError.NotSupported, exception.Message, null, exception);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    private IReadOnlyList<SafeFileHandle> Take(HandleKind kind, HandleKind wanted)
    {
        if (kind != wanted)
            throw new InvalidOperationException(kind == HandleKind.None ? "There is only a payload." : $"The handle is a {kind}, not a {wanted}.");
        return Interlocked.Exchange(ref _handles, null) ?? throw new InvalidOperationException("The handle was taken, or disposed, before.");
    }
}
