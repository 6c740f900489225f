using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Net.Async.Tests;

/// <summary>What Orleans does with a connection, step by step, without Orleans.</summary>
public sealed class OrleansConnectionContextTests : LeakCheck
{
    [Fact]
    public async Task ConnectionClosed_PeerHasEndedBehindUnreadBytes_FiresOnlyAtTheEnd()
    {
        await using var pair = await Pair.ConnectAsync();

        await pair.Peer.SendAsync("answer"u8.ToArray());
        await pair.Peer.Output.CompleteAsync();
        await Eventually.FiresAsync("the peer's end", pair.Ours.PeerClosed);

        Assert.False(pair.Context.ConnectionClosed.IsCancellationRequested);
        var read = await pair.Context.Transport.Input.ReadAsync().Soon();
        Assert.Equal("answer"u8.ToArray(), read.Buffer.FirstSpan.ToArray());
        pair.Context.Transport.Input.AdvanceTo(read.Buffer.End);
        Assert.True((await pair.Context.Transport.Input.ReadAsync().Soon()).IsCompleted);
    }

    // Orleans' close: both pipes are cancelled, then completed, then an abort, then it waits for the token and disposes.
    [Fact]
    public async Task Abort_BothPipesCompleted_LosesNothingAndFiresTheToken()
    {
        await using var pair = await Pair.ConnectAsync();
        var (input, output) = (pair.Context.Transport.Input, pair.Context.Transport.Output);
        var reading = input.ReadAsync();
        var bytes = new byte[64 * 1024];
        await output.WriteAsync(bytes).Soon();

        input.CancelPendingRead();
        output.CancelPendingFlush();
        Assert.True((await reading.Soon()).IsCanceled);
        await input.CompleteAsync();
        await output.CompleteAsync();
        pair.Context.Abort();

        Assert.Equal(bytes.Length, await CountAsync(pair.Peer));
        await Eventually.FiresAsync("the end", pair.Context.ConnectionClosed);
        await pair.Context.DisposeAsync().Soon();
        Assert.True(pair.Ours.CloseReason!.IsClean);
    }

    [Fact]
    public async Task Abort_WhileItIsUsed_EndsItAtOnce()
    {
        await using var pair = await Pair.ConnectAsync();
        var reading = pair.Context.Transport.Input.ReadAsync().AsTask();

        pair.Context.Abort(new ConnectionAbortedException("No more."));

        var exception = await Assert.ThrowsAsync<ConnectionException>(() => reading.Soon());
        Assert.Equal(ConnectionError.Aborted, exception.Error);
        await Eventually.FiresAsync("the end", pair.Context.ConnectionClosed);
    }

    // A silo that stops while a client has stopped reading.
    [Fact]
    public async Task Abort_CompletedWithBytesThatThePeerDoesNotTake_EndsAtOnce()
    {
        await using var pair = await Pair.ConnectAsync();
        var output = pair.Context.Transport.Output;
        var writing = output.WriteAsync(new byte[16 * 1024 * 1024]).AsTask();
        Assert.False(writing.IsCompleted);

        output.CancelPendingFlush();
        Assert.True((await writing.Soon()).IsCanceled);
        await pair.Context.Transport.Input.CompleteAsync();
        output.Complete();
        var watch = System.Diagnostics.Stopwatch.StartNew();
        pair.Context.Abort();
        await Eventually.FiresAsync("the end", pair.Context.ConnectionClosed);
        await pair.Context.DisposeAsync().Soon();

        // Long before the close's own limit.
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, new CloseOptions().Timeout / 2);
    }

    // Orleans' close cancels pipes that it may have completed before.
    [Fact]
    public async Task CancelPending_PipesCompleted_DoesNothing()
    {
        await using var pair = await Pair.ConnectAsync();
        await pair.Context.Transport.Input.CompleteAsync();
        await pair.Context.Transport.Output.CompleteAsync();

        pair.Context.Transport.Input.CancelPendingRead();
        pair.Context.Transport.Output.CancelPendingFlush();
        pair.Context.Abort();

        await Eventually.FiresAsync("the end", pair.Context.ConnectionClosed);
    }

    // A preamble that is wrong: Orleans throws with the read open, and disposes.
    [Fact]
    public async Task DisposeAsync_WithAReadOpen_EndsAndGivesTheMemoryBack()
    {
        await using var pair = await Pair.ConnectAsync();
        await pair.Peer.SendAsync("garbage"u8.ToArray());
        _ = await pair.Context.Transport.Input.ReadAsync().Soon();

        await pair.Context.DisposeAsync().Soon();

        Assert.Equal(0, await CountAsync(pair.Peer));
        await Eventually.FiresAsync("the end", pair.Context.ConnectionClosed);
    }

    [Fact]
    public async Task Properties_OfAConnection_AreSettableAndHaveItsAddresses()
    {
        await using var pair = await Pair.ConnectAsync();
        var context = pair.Context;

        Assert.Equal((pair.Ours.LocalEndPoint, pair.Ours.RemoteEndPoint), (context.LocalEndPoint, context.RemoteEndPoint));
        Assert.IsType<IPEndPoint>(context.RemoteEndPoint);
        Assert.NotEmpty(context.ConnectionId);
        var transport = context.Transport;
        context.Transport = pair.Peer;
        Assert.Same(pair.Peer, context.Features.Get<IConnectionTransportFeature>()!.Transport);
        context.Transport = transport;
        context.Items["key"] = "value";
        Assert.Equal("value", context.Items["key"]);
    }

    private static async Task<int> CountAsync(Connection peer)
    {
        var count = 0;
        var buffer = new byte[16 * 1024];
        while (await peer.ReceiveAsync(buffer).Soon() is > 0 and var received)
            count += received;
        return count;
    }

    private sealed class Pair(Server server, Connection ours, Connection peer) : IAsyncDisposable
    {
        public Connection Ours => ours;

        public Connection Peer => peer;

        public ConnectionContext Context { get; } = new OrleansConnectionContext(ours);

        public static async Task<Pair> ConnectAsync()
        {
            var server = Server.Listen(0);
            var connecting = Connection.ConnectAsync(server.LocalEndPoint);
            return new Pair(server, await server.AcceptAsync().Soon(), await connecting.Soon());
        }

        public async ValueTask DisposeAsync()
        {
            peer.Abort();
            await Context.DisposeAsync().Soon();
            await server.DisposeAsync().Soon();
        }
    }
}
