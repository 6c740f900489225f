using System.Net;
using System.Net.Sockets;
using System.Text;
using Net.Async.Testing;
using Net.Async.Tests.Contract;

namespace Net.Async.Tests;

/// <summary>Connections and listeners through a channel whose both ends are here.</summary>
public class HandleChannelTests : LeakCheck
{
    [LinuxFact]
    public async Task SendAsync_AcceptedConnection_GoesOnAtTheOtherEndAndIsClosedHere()
    {
        await using var pair = ChannelPair.Create();
        await using var server = Server.Listen(0);
        await using var client = await Connection.ConnectAsync(server.LocalEndPoint).Soon();
        var accepted = await server.AcceptAsync().Soon();
        await client.Output.WriteAsync("early"u8.ToArray());

        await pair.Here.SendAsync(accepted, "the payload"u8.ToArray()).Soon();

        Assert.True(accepted.CloseReason!.IsClean);
        Assert.Equal(ConnectionState.Closed, accepted.State);
        Assert.Equal(0, server.ConnectionCount);
        Assert.Equal(client.LocalEndPoint, accepted.RemoteEndPoint);
        await accepted.DisposeAsync();
        using var received = await pair.There.ReceiveAsync().Soon();
        Assert.Equal(HandleKind.Connection, received!.Kind);
        Assert.Equal("the payload", Encoding.ASCII.GetString(received.Payload.Span));
        await using var passed = received.ToConnection();
        Assert.Equal(client.LocalEndPoint, passed.RemoteEndPoint);
        await passed.Output.WriteAsync("answer"u8.ToArray());
        Assert.Equal("early", Encoding.ASCII.GetString(await passed.Input.ReadExactlyAsync(5)));
        Assert.Equal("answer", Encoding.ASCII.GetString(await client.Input.ReadExactlyAsync(6)));
        await passed.DisposeAsync();
        Assert.True((await client.Input.ReadAsync().Soon()).IsCompleted);
    }

    [LinuxFact]
    public async Task SendAsync_ConnectionThatIsWatchedForItsEnd_EndsInOrderForItsPeer()
    {
        await using var pair = ChannelPair.Create();
        await using var server = Server.Listen(0);
        await using var client = await Connection.ConnectAsync(server.LocalEndPoint).Soon();
        await using var accepted = await server.AcceptAsync().Soon();
        // A wait is with the kernel now; the base class library would close it with a reset, of the other process's socket too.
        var closed = accepted.Closed;

        await pair.Here.SendAsync(accepted).Soon();

        await Eventually.FiresAsync("the connection's end", closed);
        using var received = await pair.There.ReceiveAsync().Soon();
        var passed = received!.ToConnection();
        Assert.Equal(0, (int)passed.Socket!.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)!);
        Assert.False(passed.Socket.LingerState!.Enabled);
        await client.Output.WriteAsync("x"u8.ToArray());
        await passed.Input.ReadExactlyAsync(1);
        await passed.DisposeAsync();
        Assert.True((await client.Input.ReadAsync().Soon()).IsCompleted);
    }

    [LinuxFact]
    public async Task SendAsync_ConnectedConnection_GoesOnAtTheOtherEnd()
    {
        await using var pair = ChannelPair.Create();
        await using var server = Server.Listen(0);
        await using var client = await Connection.ConnectAsync(server.LocalEndPoint).Soon();
        await using var accepted = await server.AcceptAsync().Soon();

        await pair.Here.SendAsync(client).Soon();
        using var received = await pair.There.ReceiveAsync().Soon();
        await using var passed = received!.ToConnection();

        await passed.Output.WriteAsync("from there"u8.ToArray());
        Assert.Equal("from there", Encoding.ASCII.GetString(await accepted.Input.ReadExactlyAsync(10)));
    }

    [LinuxFact]
    public async Task SendAsync_Listener_IsAcceptedOnByBothUntilOneStops()
    {
        await using var pair = ChannelPair.Create();
        await using var server = Server.Listen(0);
        // A client of before: accepting has put the listener into a poll set.
        await using var before = await Connection.ConnectAsync(server.LocalEndPoint).Soon();
        await using var first = await server.AcceptAsync().Soon();
        var waiting = server.AcceptAsync().AsTask();

        await pair.Here.SendAsync(server, "port"u8.ToArray()).Soon();
        using var received = await pair.There.ReceiveAsync().Soon();
        Assert.Equal(HandleKind.Listener, received!.Kind);
        await using var other = received.ToServer();
        Assert.Equal(server.LocalEndPoint, other.LocalEndPoint);

        await first.DisposeAsync();
        await server.StopAsync().Soon();
        await Assert.ThrowsAsync<ConnectionException>(() => waiting);
        await using var client = await Connection.ConnectAsync(other.LocalEndPoint).Soon();
        await using var accepted = await other.AcceptAsync().Soon();
        // What the stop does to its own socket, an accept that it calls off included, is not felt here.
        Assert.False(accepted.Socket!.LingerState!.Enabled);
        await accepted.Output.WriteAsync("x"u8.ToArray());
        await accepted.DisposeAsync();
        Assert.Single(await client.Input.ReadExactlyAsync(1));
    }

    [LinuxFact]
    public async Task SendAsync_UnixListener_KeepsItsFileWhenTheFirstStops()
    {
        var path = Path.Combine(Path.GetTempPath(), $"net-async-{Guid.NewGuid():N}");
        await using var pair = ChannelPair.Create();
        try
        {
            await using var server = Server.Listen("unix:" + path);
            var waiting = server.AcceptAsync().AsTask();
            await pair.Here.SendAsync(server).Soon();
            using var received = await pair.There.ReceiveAsync().Soon();
            await using var other = received!.ToServer();
            Assert.Equal(server.LocalEndPoint, other.LocalEndPoint);

            await server.StopAsync().Soon();
            await Assert.ThrowsAsync<ConnectionException>(() => waiting);

            await using var client = await Connection.ConnectAsync("unix:" + path).Soon();
            await using var accepted = await other.AcceptAsync().Soon();
            await other.StopAsync(TimeSpan.Zero).Soon();
            Assert.True(File.Exists(path));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [LinuxFact]
    public async Task StopAsync_PassedListenerWhileClientsCome_LosesNone()
    {
        await using var pair = ChannelPair.Create();
        for (var round = 0; round < 30; round++)
        {
            await using var server = Server.Listen(0);
            await pair.Here.SendAsync(server).Soon();
            using var received = await pair.There.ReceiveAsync().Soon();
            await using var other = received!.ToServer();
            // Handlers that ignore their token serve every client to its end.
            var serving = server.ServeAsync(static (connection, _) => connection.Input.CopyToAsync(connection.Output, CancellationToken.None));
            var clients = Enumerable.Range(0, 8).Select(_ => EchoAsync(server.LocalEndPoint)).ToList();
            if (round % 2 == 0)
                await clients[0];
            var stop = server.StopAsync(TimeSpan.FromSeconds(20));
            var serving2 = other.ServeAsync(static (connection, _) => connection.Input.CopyToAsync(connection.Output, CancellationToken.None));

            await Task.WhenAll(clients).Soon();
            Assert.Equal(0, (await stop.Soon()).Aborted);
            await serving.Soon();
            await other.StopAsync().Soon();
            await serving2.Soon();
        }
    }

    [LinuxFact]
    public async Task ReceiveAsync_NoteAlone_HasNoHandle()
    {
        await using var pair = ChannelPair.Create();
        var longest = new byte[HandleChannel.MaxPayloadLength];
        Random.Shared.NextBytes(longest);

        await pair.Here.SendAsync("a"u8.ToArray()).Soon();
        await pair.Here.SendAsync(ReadOnlyMemory<byte>.Empty).Soon();
        await pair.Here.SendAsync(longest).Soon();

        using var first = await pair.There.ReceiveAsync().Soon();
        using var second = await pair.There.ReceiveAsync().Soon();
        using var third = await pair.There.ReceiveAsync().Soon();
        Assert.Equal((HandleKind.None, 1, 0, HandleKind.None), (first!.Kind, first.Payload.Length, second!.Payload.Length, third!.Kind));
        Assert.Equal(longest, third.Payload.ToArray());
        Assert.Throws<InvalidOperationException>(() => first.ToConnection());
        Assert.Throws<InvalidOperationException>(() => first.ToServer());
    }

    [LinuxFact]
    public async Task ReceiveAsync_OtherEndClosed_IsNullAfterWhatWasSent()
    {
        await using var pair = ChannelPair.Create();
        await pair.Here.SendAsync("last"u8.ToArray()).Soon();
        await pair.Here.DisposeAsync();

        var payloads = new List<int>();
        await foreach (var received in pair.There.ReceiveAllAsync())
            payloads.Add(received.Payload.Length);
        await Eventually.FiresAsync("the channel's end", pair.There.Closed);

        Assert.Equal([4], payloads);
        Assert.Null(await pair.There.ReceiveAsync().Soon());
        Assert.Equal(ConnectionError.Reset, (await Assert.ThrowsAsync<ConnectionException>(() => pair.There.SendAsync("x"u8.ToArray()))).Error);
        Assert.Equal(ConnectionError.Closed, (await Assert.ThrowsAsync<ConnectionException>(() => pair.Here.ReceiveAsync().AsTask())).Error);
    }

    [LinuxFact]
    public async Task ReceiveAsync_Cancelled_LeavesTheNextHandleToTheNext()
    {
        await using var pair = ChannelPair.Create();
        await using var server = Server.Listen(0);
        for (var round = 0; round < 100; round++)
        {
            using var cancel = new CancellationTokenSource();
            var receiving = pair.There.ReceiveAsync(cancel.Token).AsTask();
            await using var client = await Connection.ConnectAsync(server.LocalEndPoint).Soon();
            var sending = pair.Here.SendAsync(await server.AcceptAsync().Soon(), BitConverter.GetBytes(round));
            await cancel.CancelAsync();
            await sending.Soon();

            ReceivedHandle? received;
            try
            {
                received = await receiving.Soon();
            }
            catch (OperationCanceledException)
            {
                received = await pair.There.ReceiveAsync().Soon();
            }

            using (received)
            {
                Assert.Equal(round, BitConverter.ToInt32(received!.Payload.Span));
                await using var passed = received.ToConnection();
                Assert.Equal(client.LocalEndPoint, passed.RemoteEndPoint);
            }
        }
    }

    [LinuxFact]
    public async Task SendAsync_ManyAtOnce_ArriveWholeAndEachHandleWithItsNote()
    {
        const int Senders = 64;
        await using var pair = ChannelPair.Create();
        await using var server = Server.Listen(0);
        var clients = new List<Connection>();
        var sends = new List<Task>();
        for (var i = 0; i < Senders; i++)
        {
            clients.Add(await Connection.ConnectAsync(server.LocalEndPoint).Soon());
            var payload = new byte[4 + i * 200];
            BitConverter.TryWriteBytes(payload, clients[i].LocalEndPoint is IPEndPoint local ? local.Port : 0);
            var accepted = await server.AcceptAsync().Soon();
            sends.Add(Task.Run(() => pair.Here.SendAsync(accepted, payload)));
            sends.Add(Task.Run(() => pair.Here.SendAsync(new byte[i])));
        }

        var ports = new List<int>();
        for (var i = 0; i < 2 * Senders; i++)
        {
            using var received = await pair.There.ReceiveAsync().Soon();
            if (received!.Kind == HandleKind.None)
                continue;
            await using var passed = received.ToConnection();
            Assert.Equal(BitConverter.ToInt32(received.Payload.Span), ((IPEndPoint)passed.RemoteEndPoint!).Port);
            ports.Add(((IPEndPoint)passed.RemoteEndPoint!).Port);
        }

        await Task.WhenAll(sends).Soon();
        Assert.Equal(clients.Select(client => ((IPEndPoint)client.LocalEndPoint!).Port).Order(), ports.Order());
        Assert.Equal(0, server.ConnectionCount);
        foreach (var client in clients)
            await client.DisposeAsync();
    }

    [LinuxFact]
    public async Task SendAsync_ThousandsInARow_LeaveNothing()
    {
        await using var pair = ChannelPair.Create();
        await using var server = Server.Listen(0);
        for (var i = 0; i < 3000; i++)
        {
            using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            client.Connect(server.LocalEndPoint);
            await pair.Here.SendAsync(await server.AcceptAsync().Soon()).Soon();
            using var received = await pair.There.ReceiveAsync().Soon();
            // Some are taken, some closed, some forgotten until the channel's end.
            if (i % 3 == 0)
                received!.ToConnection().Abort();
        }

        Assert.Equal(0, server.ConnectionCount);
    }

    [LinuxFact]
    public async Task SendAsync_NobodyReceives_WaitsAndCanBeCancelledAndLosesNothing()
    {
        await using var pair = ChannelPair.Create();
        await using var server = Server.Listen(0);
        var sent = 0;
        Task? blocked = null;
        while (blocked is null && sent < 10_000)
        {
            var sending = pair.Here.SendAsync(new byte[HandleChannel.MaxPayloadLength]);
            if (await Task.WhenAny(sending, Task.Delay(500)) == sending)
                sent++;
            else
                blocked = sending;
        }

        Assert.NotNull(blocked);
        await using var client = await Connection.ConnectAsync(server.LocalEndPoint).Soon();
        await using var accepted = await server.AcceptAsync().Soon();
        using var cancel = new CancellationTokenSource();
        var waiting = pair.Here.SendAsync(accepted, default, cancel.Token);
        Assert.False(waiting.IsCompleted);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        // It is still ours, and works.
        await client.Output.WriteAsync("x"u8.ToArray());
        await accepted.Input.ReadExactlyAsync(1).Soon();

        for (var i = 0; i <= sent; i++)
        {
            using var received = await pair.There.ReceiveAsync().Soon();
            Assert.Equal(HandleChannel.MaxPayloadLength, received!.Payload.Length);
        }

        await blocked.Soon();
    }

    [LinuxFact]
    public async Task SendAsync_BlockedAndCancelled_TheChannelGoesOn()
    {
        await using var pair = ChannelPair.Create();
        using var cancel = new CancellationTokenSource();
        var sends = Enumerable.Range(0, 64).Select(_ => pair.Here.SendAsync(new byte[HandleChannel.MaxPayloadLength], cancel.Token)).ToList();
        await cancel.CancelAsync();
        var end = pair.Here.SendAsync("end"u8.ToArray());

        var whole = 0;
        while (await pair.There.ReceiveAsync().Soon() is { Payload.Length: > 3 })
            whole++;
        await end.Soon();
        var outcomes = await Task.WhenAll(sends.Select(async send => await Record.ExceptionAsync(() => send.Soon()) is null));
        // The one that had begun arrives whole, and its sender is told so.
        Assert.InRange(whole, 1, 63);
        Assert.Equal(outcomes.Count(static sent => sent), whole);
    }

    [LinuxFact]
    public async Task SendAsync_WhatWasUsed_IsRefusedAndStays()
    {
        await using var pair = ChannelPair.Create();
        await using var server = Server.Listen(0);
        await using var client = await Connection.ConnectAsync(server.LocalEndPoint).Soon();
        await using var accepted = await server.AcceptAsync().Soon();

        var reading = accepted.Input.ReadAsync().AsTask();
        await Assert.ThrowsAsync<InvalidOperationException>(() => pair.Here.SendAsync(accepted));
        await client.Output.WriteAsync("x"u8.ToArray());
        accepted.Input.AdvanceTo((await reading.Soon()).Buffer.End);
        await Assert.ThrowsAsync<InvalidOperationException>(() => pair.Here.SendAsync(accepted));
        client.Output.GetMemory(1);
        client.Output.Advance(1);
        await Assert.ThrowsAsync<InvalidOperationException>(() => pair.Here.SendAsync(client));
        await client.Output.FlushAsync();
        Assert.Equal(1, server.ConnectionCount);
        await accepted.Input.ReadExactlyAsync(1).Soon();
        accepted.Abort();
        await Assert.ThrowsAsync<InvalidOperationException>(() => pair.Here.SendAsync(accepted));
    }

    [LinuxFact]
    public async Task SendAsync_WhatCannotBePassed_IsRefused()
    {
        await using var pair = ChannelPair.Create();
        var network = new MemoryNetwork();
        await using var memory = network.Listen(new IPEndPoint(IPAddress.Loopback, 80));
        await using var pipe = Server.Listen("pipe:net-async-" + Guid.NewGuid().ToString("N"));
        await using var stopped = Server.Listen(0);
        await using var bound = Server.Bind(NetEndPoint.Loopback(0));
        await stopped.StopAsync();

        await Assert.ThrowsAsync<NotSupportedException>(() => pair.Here.SendAsync(memory));
        await Assert.ThrowsAsync<NotSupportedException>(() => pair.Here.SendAsync(pipe));
        await Assert.ThrowsAsync<InvalidOperationException>(() => pair.Here.SendAsync(stopped));
        await Assert.ThrowsAsync<InvalidOperationException>(() => pair.Here.SendAsync(bound));
        await Assert.ThrowsAsync<ArgumentNullException>(() => pair.Here.SendAsync((Connection)null!));
        await Assert.ThrowsAsync<ArgumentNullException>(() => pair.Here.SendAsync((Server)null!));
        Assert.Throws<ArgumentException>("payload", () => { _ = pair.Here.SendAsync(new byte[HandleChannel.MaxPayloadLength + 1]); });
        await using var server = Server.Listen(0);
        await using var client = await Connection.ConnectAsync(server.LocalEndPoint).Soon();
        Assert.Throws<ArgumentException>(() => new HandleChannel(client));
        Assert.Throws<ArgumentNullException>(() => new HandleChannel(null!));
        var (here, there) = ChannelPair.Connections();
        await here.Output.WriteAsync("x"u8.ToArray());
        Assert.Throws<InvalidOperationException>(() => new HandleChannel(here));
        await here.DisposeAsync();
        await there.DisposeAsync();
    }

    [LinuxFact]
    public async Task SendAsync_SocketUnderAStreamOrADecorator_IsRefused()
    {
        await using var pair = ChannelPair.Create();
        var (left, right) = AdoptionTests.Pair();
        await using var overStream = Connection.FromStream(new NetworkStream(left, ownsSocket: true));
        await using var server = Server.Listen(0);
        await using var decorated = await Connection.ConnectAsync(server.LocalEndPoint, new ConnectionOptions { Decorate = static inner => new PassingTransport(inner) }).Soon();
        // Received into the stream's transport, where no process finds it.
        right.Send("taken"u8);
        _ = overStream.PeerClosed;

        await Assert.ThrowsAsync<NotSupportedException>(() => pair.Here.SendAsync(overStream));
        await Assert.ThrowsAsync<NotSupportedException>(() => pair.Here.SendAsync(decorated));

        Assert.Equal(5, (await overStream.Input.ReadAsync().Soon()).Buffer.Length);
        overStream.Input.Complete();
        right.Dispose();
    }

    private sealed class PassingTransport(TransportStream inner) : TransportDecorator(inner);

    private static async Task EchoAsync(EndPoint endPoint)
    {
        await using var client = await Connection.ConnectAsync(endPoint);
        await client.Output.WriteAsync("hello"u8.ToArray());
        Assert.Equal("hello", Encoding.ASCII.GetString(await client.Input.ReadExactlyAsync(5)));
        await client.Output.CompleteAsync();
        Assert.True((await client.Input.ReadAsync()).IsCompleted);
    }
}
