using System.Net.Sockets;
using Net.Async.Tests.Contract;

namespace Net.Async.Tests.NodeNet;

/// <summary>An accepted connection whose other end is a bare socket: what that reads is what the wire saw.</summary>
internal sealed class RawPeer : IAsyncDisposable
{
    private readonly Server _server;

    private RawPeer(Server server, Socket socket, Connection connection) => (_server, Socket, Connection) = (server, socket, connection);

    public Socket Socket { get; }

    public Connection Connection { get; }

    /// <summary>Over <c>tcp4</c> or <c>unix</c>.</summary>
    public static async Task<RawPeer> ConnectAsync(string transport, ConnectionOptions? options = null)
    {
        var server = Transport.Get(transport).Listen(new ServerOptions { Connection = options ?? new() });
        var socket = transport == "unix"
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(server.LocalEndPoint);
        return new RawPeer(server, socket, await server.AcceptAsync().Soon());
    }

    /// <summary>Closes with RST on TCP.</summary>
    public void Reset()
    {
        if (Socket.AddressFamily != AddressFamily.Unix)
            Socket.LingerState = new LingerOption(true, 0);
        Socket.Dispose();
    }

    /// <summary>Reads to the FIN or the RST.</summary>
    public async Task<(byte[] Bytes, bool IsReset)> ReadToEndAsync()
    {
        using var bytes = new MemoryStream();
        var buffer = new byte[65536];
        try
        {
            while (await Socket.ReceiveAsync(buffer).Soon() is var count and > 0)
                bytes.Write(buffer, 0, count);
            return (bytes.ToArray(), false);
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionReset)
        {
            return (bytes.ToArray(), true);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Socket.Dispose();
        Connection.Abort();
        Connection.Input.Complete();
        Connection.Output.Complete();
        await Connection.DisposeAsync();
        await _server.DisposeAsync();
    }
}
