namespace Net.Async.Tests.Contract;

/// <summary>A token that ends a connection at whatever it is doing.</summary>
public class LifetimeTests : LeakCheck
{
    [Theory, Transports]
    public async Task Lifetime_CancelledWhileOpen_Aborts(string transport)
    {
        using var source = new CancellationTokenSource();
        await using var pair = await PairAsync(transport, source.Token);
        var read = pair.Client.Input.ReadAsync().AsTask();
        await source.CancelAsync();
        await read.ThrowsAsync(ConnectionError.Aborted);
        Assert.Equal(source.Token, Assert.IsType<OperationCanceledException>(pair.Client.CloseReason!.Exception).CancellationToken);
        Assert.Equal(ConnectionState.Closed, pair.Client.State);
        await Eventually.FiresAsync("the peer saw no end", pair.Accepted.PeerClosed);
    }

    [Theory, Transports(ConnectionCapabilities.HalfClose)]
    public async Task Lifetime_CancelledWhileHalfClosed_Aborts(string transport)
    {
        using var source = new CancellationTokenSource();
        await using var pair = await PairAsync(transport, source.Token);
        await pair.Client.Output.CompleteAsync().AsTask().Soon();
        await source.CancelAsync();
        Assert.Equal(ConnectionError.Aborted, pair.Client.CloseReason?.Error);
    }

    [Theory, Transports]
    public async Task Lifetime_CancelledAfterTheEnd_ChangesNothing(string transport)
    {
        using var source = new CancellationTokenSource();
        await using var pair = await PairAsync(transport, source.Token);
        pair.Client.Abort();
        var reason = pair.Client.CloseReason;
        await source.CancelAsync();
        Assert.Same(reason, pair.Client.CloseReason);
    }

    [Theory, Transports]
    public async Task ConnectAsync_LifetimeIsOverAlready_NothingIsConnected(string name)
    {
        var transport = Transport.Get(name);
        await using var server = transport.Listen();
        using var source = new CancellationTokenSource();
        await source.CancelAsync();
        var thrown = await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            transport.ConnectAsync(server, new ConnectionOptions { AbortToken = source.Token }));
        Assert.Equal(source.Token, thrown.CancellationToken);
        // The next one to come is the first one there is.
        var accepting = server.AcceptAsync();
        await using var client = await transport.ConnectAsync(server);
        await using var accepted = await accepting;
        await client.WriteAsync("first\n").AsTask().Soon();
        Assert.Equal("first", await accepted.ReadLineAsync().Soon());
    }

    [Fact]
    public async Task ConnectAsync_LifetimeEndsMeanwhile_EndsTheConnect()
    {
        using var silent = new Connecting.SilentListener(System.Net.IPAddress.Loopback, 0);
        using var source = new CancellationTokenSource();
        using var caller = new CancellationTokenSource();
        var connecting = Connection.ConnectAsync(NetEndPoint.Loopback(silent.Port), new ConnectionOptions { AbortToken = source.Token }, caller.Token);
        await source.CancelAsync();
        Assert.Equal(source.Token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting.Soon())).CancellationToken);
    }

    [Theory, Transports(Untaken = true)]
    public async Task Accepted_LifetimeIsOverAlready_IsAborted(string name)
    {
        var transport = Transport.Get(name);
        using var source = new CancellationTokenSource();
        await using var server = transport.Listen(new ServerOptions { Connection = new ConnectionOptions { AbortToken = source.Token } });
        await using var client = await transport.ConnectAsync(server);
        await source.CancelAsync();
        await using var accepted = await server.AcceptAsync();
        Assert.Equal(ConnectionError.Aborted, accepted.CloseReason?.Error);
        client.Abort();
    }

    private static async Task<Pair> PairAsync(string name, CancellationToken lifetime)
    {
        var transport = Transport.Get(name);
        var server = transport.Listen();
        var accepting = server.AcceptAsync(CancellationToken.None);
        var client = await transport.ConnectAsync(server, new ConnectionOptions { AbortToken = lifetime }, CancellationToken.None);
        return new Pair(server, client, await accepting);
    }
}
