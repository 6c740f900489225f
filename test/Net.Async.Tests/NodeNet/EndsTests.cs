using System.Net.Sockets;
using System.Text;
using Net.Async.Tests.Contract;

namespace Net.Async.Tests.NodeNet;

/// <summary>Every way to end a connection in every state that it can be in, and what this side and the peer see of it.</summary>
public class EndsTests : LeakCheck
{
    private static readonly (string Name, Func<Connection, Task> RunAsync)[] s_ends =
    [
        ("Output.CompleteAsync", static connection => connection.Output.CompleteAsync().AsTask()),
        ("SendAsync, then Output.CompleteAsync", static async connection =>
        {
            await connection.SendAsync("bye"u8.ToArray());
            await connection.Output.CompleteAsync();
        }),
        ("CloseAsync", static connection => connection.CloseAsync()),
        ("DisposeAsync", static connection => connection.DisposeAsync().AsTask()),
        ("Abort", static connection =>
        {
            connection.Abort();
            return Task.CompletedTask;
        }),
    ];

    private static readonly (string Name, Func<RawPeer, Task> ReachAsync)[] s_states =
    [
        ("open", static _ => Task.CompletedTask),
        ("half closed by this side", static peer => peer.Connection.Output.CompleteAsync().AsTask()),
        ("half closed by the peer", PeerEndsAsync),
        ("closed by both", static async peer =>
        {
            await peer.Connection.Output.CompleteAsync();
            await PeerEndsAsync(peer);
            await Eventually.IsAsync(() => peer.Connection.CloseReason is not null, "both ended, and it is not closed");
        }),
        ("closed here", static peer => peer.Connection.CloseAsync()),
        ("aborted here", static peer =>
        {
            peer.Connection.Abort();
            return Task.CompletedTask;
        }),
        ("reset by the peer", static async peer =>
        {
            peer.Reset();
            await Eventually.IsAsync(() => peer.Connection.CloseReason is not null, "the reset was not seen");
        }),
    ];

    [Fact]
    public async Task Tcp_EveryEndInEveryState_IsAsVerified() => await Verifier.Verify(await DescribeAsync("tcp4"));

    // A Unix socket has no RST: the peer of an abort sees a plain end, and a peer that goes is one that ends.
    [Fact]
    public async Task Unix_EveryEndInEveryState_IsAsVerified() => await Verifier.Verify(await DescribeAsync("unix"));

    private static async Task<string> DescribeAsync(string transport)
    {
        var text = new StringBuilder();
        foreach (var state in s_states.Where(state => transport == "tcp4" || state.Name != "reset by the peer"))
        {
            text.Append(state.Name).Append('\n');
            foreach (var (name, runAsync) in s_ends)
                text.Append("    ").Append(name).Append('\n').Append(await DescribeAsync(transport, state.ReachAsync, runAsync));
        }

        return text.ToString();
    }

    private static async Task<string> DescribeAsync(string transport, Func<RawPeer, Task> reachAsync, Func<Connection, Task> endAsync)
    {
        await using var peer = await RawPeer.ConnectAsync(transport, new ConnectionOptions { Close = { DrainTimeout = TimeSpan.FromMilliseconds(100) } });
        var connection = peer.Connection;
        var (closed, peerClosed) = (0, 0);
        connection.Closed.Register(() => Interlocked.Increment(ref closed));
        connection.PeerClosed.Register(() => Interlocked.Increment(ref peerClosed));
        await reachAsync(peer).Soon();
        var thrown = await Record.ExceptionAsync(() => endAsync(connection).Soon());
        var seen = await SeenAsync(peer);
        var read = await ReadAsync(connection);
        var over = connection.CloseReason is not null;
        await Eventually.IsAsync(() => Volatile.Read(ref closed) == (over ? 1 : 0), "Closed is not told once");
        await Eventually.IsAsync(() => Volatile.Read(ref peerClosed) == (over || read == "the end" ? 1 : 0), "PeerClosed is not told once");
        return $"        call: {(thrown is null ? "done" : Describe(thrown))}; the peer: {seen}\n"
            + $"        state: {connection.State}, reason: {Describe(connection.CloseReason)}, Closed: {closed}, PeerClosed: {peerClosed}\n"
            + $"        a read: {read}; a write: {await WriteAsync(connection)}\n";
    }

    private static async Task PeerEndsAsync(RawPeer peer)
    {
        peer.Socket.Shutdown(SocketShutdown.Send);
        var result = await peer.Connection.Input.ReadAsync().Soon();
        Assert.True(result is { IsCompleted: true, Buffer.IsEmpty: true });
        peer.Connection.Input.AdvanceTo(result.Buffer.End);
    }

    private static async Task<string> SeenAsync(RawPeer peer)
    {
        if (peer.Socket.SafeHandle.IsClosed)
            return "has gone";
        var (bytes, isReset) = await peer.ReadToEndAsync();
        return $"{(isReset ? "RST" : "FIN")} after '{Encoding.ASCII.GetString(bytes)}'";
    }

    private static async Task<string> ReadAsync(Connection connection)
    {
        using var cancel = new CancellationTokenSource();
        try
        {
            var read = connection.Input.ReadAsync(cancel.Token);
            if (!read.IsCompleted)
                await cancel.CancelAsync();
            var result = await read.Soon();
            connection.Input.AdvanceTo(result.Buffer.End);
            return result.IsCompleted ? "the end" : $"{result.Buffer.Length} bytes";
        }
        catch (OperationCanceledException)
        {
            return "waits";
        }
        catch (ConnectionException exception)
        {
            return Describe(exception);
        }
    }

    private static async Task<string> WriteAsync(Connection connection)
    {
        try
        {
            return (await connection.Output.WriteAsync(new byte[1]).Soon()).IsCompleted ? "not sent, IsCompleted" : "sent";
        }
        catch (Exception exception) when (exception is ConnectionException or InvalidOperationException)
        {
            return Describe(exception);
        }
    }

    private static string Describe(Exception exception) => exception is ConnectionException { Error: var error } ? error.ToString() : exception.GetType().Name;

    private static string Describe(CloseReason? reason) => reason is null ? "none" : reason.Error?.ToString() ?? "clean";
}
