using System.Net;
using System.Net.Sockets;
using System.Text;
using Net.Async.Tests.Contract;

namespace Net.Async.Tests;

/// <summary>Servers and connections on handles that were made past the library.</summary>
public class AdoptionTests : LeakCheck
{
    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task ServerFromHandle_TcpSocket_Serves(bool listens, bool byNumber)
    {
        if (OperatingSystem.IsWindows() && byNumber)
            return;
        var socket = Bound();
        if (listens)
            socket.Listen(1);

        await using var server = byNumber ? Server.FromHandle(Forget(socket)) : Server.FromHandle(socket.SafeHandle);

        Assert.True(server.IsListening);
        Assert.NotEqual(0, server.Port());
        await ServesAsync(server);
        // The handle given is closed, and what happens to it is nothing to the server.
        socket.Dispose();
        await ServesAsync(server);
    }

    [LinuxFact]
    public async Task ServerFromHandle_SocketThatWasWaitedOn_Serves()
    {
        var socket = Bound();
        socket.Listen(8);
        using (var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
        {
            var accepting = socket.AcceptAsync();
            await client.ConnectAsync(socket.LocalEndPoint!);
            (await accepting.Soon()).Dispose();
        }

        await using var server = Server.FromHandle(socket.SafeHandle);
        var accepted = server.AcceptAsync().AsTask();
        await using var late = await Connection.ConnectAsync(server.LocalEndPoint).Soon();
        await (await accepted.Soon()).DisposeAsync();
    }

    [LinuxFact]
    public async Task ServerFromHandle_UnixSocket_NeverRemovesItsFile()
    {
        var path = Path.Combine(Path.GetTempPath(), $"net-async-{Guid.NewGuid():N}");
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        try
        {
            var descriptor = Forget(socket);
            await using (var server = Server.FromHandle(descriptor))
            {
                Assert.Equal("unix:" + path, NetEndPoint.Format(server.LocalEndPoint));
                await ServesAsync(server);
                Assert.False(RawRights.IsInherited(descriptor));
            }

            Assert.True(File.Exists(path));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [LinuxFact]
    public async Task ServerStop_AcceptUnderWay_LeavesTheSocketToTheOthersWhoHaveIt()
    {
        var socket = Bound();
        socket.Listen(8);
        RawRights.Copy((int)socket.Handle, 700);
        try
        {
            var server = Server.FromHandle(socket.SafeHandle);
            var waiting = server.AcceptAsync().AsTask();
            await server.DisposeAsync();
            await Assert.ThrowsAsync<ConnectionException>(() => waiting);

            await using var again = Server.FromHandle(700);
            await using var client = await Connection.ConnectAsync(again.LocalEndPoint).Soon();
            await using var accepted = await again.AcceptAsync().Soon();
            // The base class library's close would have left a linger of zero there, for all that are accepted.
            Assert.False(accepted.Socket!.LingerState!.Enabled);
        }
        finally
        {
            if (RawRights.IsOpen(700))
                RawRights.Close(700);
        }
    }

    [LinuxFact]
    public async Task Listen_DescriptorText_Serves()
    {
        var socket = Bound();
        await using var server = Server.Listen($"fd:{Forget(socket)}");
        await ServesAsync(server);
        await using var bound = await Server.ListenAsync($"fd:{Forget(Bound())}");
        await ServesAsync(bound);
    }

    [Fact]
    public async Task ConnectionFromHandle_TcpSocket_TalksAndSurvivesTheSocketObject()
    {
        await using var server = Server.Listen(0);
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(server.LocalEndPoint);
        await using var accepted = await server.AcceptAsync().Soon();

        await using var connection = Connection.FromHandle(socket.SafeHandle, new ConnectionOptions { Tcp = { NoDelay = false } });
        socket.Dispose();

        Assert.False(connection.Socket!.NoDelay);
        Assert.Equal(server.LocalEndPoint, connection.RemoteEndPoint);
        await connection.Output.WriteAsync("there"u8.ToArray());
        Assert.Equal("there", Encoding.ASCII.GetString(await accepted.Input.ReadExactlyAsync(5)));
        var reading = connection.Input.ReadAsync().AsTask();
        await accepted.Output.WriteAsync("back"u8.ToArray());
        Assert.Equal(4, (await reading.Soon()).Buffer.Length);
        connection.Input.AdvanceTo((await reading).Buffer.End);
        await connection.CloseAsync().Soon();
        Assert.True((await accepted.Input.ReadAsync().Soon()).IsCompleted);
    }

    [LinuxFact]
    public async Task ConnectionFromHandle_NotReadable_HasEndedAtOnceAndWrites()
    {
        var (socket, peer) = Pair();
        using (peer)
        {
            peer.Send("unseen"u8);
            await using var connection = Connection.FromHandle(socket.SafeHandle, readable: false);

            Assert.Equal(ConnectionState.WriteOnly, connection.State);
            Assert.False(connection.PeerClosed.IsCancellationRequested);
            var read = await connection.Input.ReadAsync().Soon();
            Assert.True(read.IsCompleted && read.Buffer.IsEmpty);
            connection.Input.AdvanceTo(read.Buffer.End);
            Assert.Equal(0, await connection.ReceiveAsync(new byte[1]).Soon());
            await connection.Output.WriteAsync("x"u8.ToArray());
            Assert.Equal(1, peer.Receive(new byte[4]));
            await connection.Output.CompleteAsync();
            Assert.Equal(0, peer.Receive(new byte[4]));
        }
    }

    [LinuxFact]
    public async Task ConnectionFromHandle_NotWritable_RefusesToWriteAndReads()
    {
        var (socket, peer) = Pair();
        using (peer)
        {
            await using var connection = Connection.FromHandle(socket.SafeHandle, writable: false);

            Assert.Equal(ConnectionState.ReadOnly, connection.State);
            Assert.Contains("cannot be written to", Assert.Throws<InvalidOperationException>(() => connection.Output.GetMemory(1)).Message, StringComparison.Ordinal);
            await Assert.ThrowsAsync<InvalidOperationException>(() => connection.Output.WriteAsync("x"u8.ToArray()).AsTask());
            await Assert.ThrowsAsync<InvalidOperationException>(() => connection.SendAsync("x"u8.ToArray()).AsTask());
            peer.Send("read"u8);
            Assert.Equal(4, (await connection.Input.ReadExactlyAsync(4).Soon()).Length);
            peer.Shutdown(SocketShutdown.Send);
            Assert.True((await connection.Input.ReadAsync().Soon()).IsCompleted);
            await Eventually.IsAsync(() => connection.CloseReason is { IsClean: true }, "not closed although both directions have ended");
        }
    }

    [LinuxFact]
    public async Task ConnectionFromHandle_PipeEnds_GoOneWayEach()
    {
        var (read, write) = RawRights.Pipe();
        await using var reader = Connection.FromHandle(read);
        await using var writer = Connection.FromHandle(write);
        var bytes = new byte[300_000];
        new Random(7).NextBytes(bytes);

        Assert.Equal((ConnectionState.ReadOnly, ConnectionState.WriteOnly), (reader.State, writer.State));
        Assert.Equal($"fd:{read}", NetEndPoint.Format(reader.LocalEndPoint!));
        Assert.Throws<InvalidOperationException>(() => reader.Output.GetMemory(1));
        var writing = writer.Output.WriteAsync(bytes).AsTask();
        Assert.Equal(bytes, await reader.Input.ReadExactlyAsync(bytes.Length).Soon());
        await writing.Soon();
        await writer.CloseAsync().Soon();
        Assert.True((await reader.Input.ReadAsync().Soon()).IsCompleted);
        await Assert.ThrowsAsync<NotSupportedException>(async () =>
        {
            await using var pair = ChannelPair.Create();
            await pair.Here.SendAsync(reader);
        });
        await reader.DisposeAsync();
        Assert.False(RawRights.IsOpen(read));
        Assert.False(RawRights.IsOpen(write));
    }

    [LinuxFact]
    public async Task ConnectionFromHandle_PipeReader_IsDisposedWhileItWaits()
    {
        var (read, write) = RawRights.Pipe();
        var reader = Connection.FromHandle(read);
        var waiting = reader.Input.ReadAsync().AsTask();
        await reader.DisposeAsync();
        await Assert.ThrowsAsync<ConnectionException>(() => waiting.Soon());
        RawRights.Close(write);
    }

    internal static Socket Bound()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    /// <summary>Two connected Unix sockets.</summary>
    internal static (Socket, Socket) Pair()
    {
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint($"\0net-async-test-{Guid.NewGuid():N}"));
        listener.Listen();
        var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        client.Connect(listener.LocalEndPoint!);
        return (client, listener.Accept());
    }

    /// <summary>The descriptor alone: no object will close it any more.</summary>
    internal static int Forget(Socket socket)
    {
        var descriptor = RawRights.Copy((int)socket.Handle);
        // Of a Unix socket a dispose would remove the file.
        GC.SuppressFinalize(socket);
        socket.SafeHandle.Dispose();
        return descriptor;
    }

    private static async Task ServesAsync(Server server)
    {
        await using var client = await Connection.ConnectAsync(server.LocalEndPoint).Soon();
        await using var accepted = await server.AcceptAsync().Soon();
        await client.Output.WriteAsync("x"u8.ToArray());
        await accepted.Input.ReadExactlyAsync(1).Soon();
    }
}
