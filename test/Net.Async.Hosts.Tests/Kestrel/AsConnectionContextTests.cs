using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Net.Async.Testing;

namespace Net.Async.Tests.Kestrel;

/// <summary>Connections of Net.Async as code of ASP.NET Core wants them.</summary>
public class AsConnectionContextTests : LeakCheck
{
    [Fact]
    public async Task Features_OfAContext_CanBeReadReplacedAndTakenAway()
    {
        await using var pair = await TcpPair.OpenAsync();
        var context = pair.Server.AsConnectionContext();

        Assert.Same(pair.Server.Socket, context.Features.Get<IConnectionSocketFeature>()?.Socket);
        Assert.Equal(pair.Server.RemoteEndPoint, context.Features.GetRequiredFeature<IConnectionEndPointFeature>().RemoteEndPoint);
        Assert.True(context.Features.GetRequiredFeature<IMemoryPoolFeature>().MemoryPool.MaxBufferSize >= 4096);
        Assert.Same(pair.Server, context.Features.GetRequiredFeature<IConnectionTransportFeature>().Transport);

        var revision = context.Features.Revision;
        context.Features.Set("mine");
        Assert.Equal("mine", context.Features.Get<string>());
        Assert.Contains(context.Features, static feature => feature.Key == typeof(string));
        Assert.NotEqual(revision, context.Features.Revision);
        context.Features.Set<string>(null);
        Assert.Null(context.Features.Get<string>());
        context.Features.Set<IMemoryPoolFeature>(null);
        Assert.Null(context.Features.Get<IMemoryPoolFeature>());
        Assert.NotNull(context.Features.Get<IConnectionSocketFeature>());
    }

    [Fact]
    public async Task Features_MoreThanADozen_AreAllKept()
    {
        await using var pair = await TcpPair.OpenAsync();
        var features = pair.Server.AsConnectionContext().Features;
        Type[] keys = [typeof(byte), typeof(short), typeof(int), typeof(long), typeof(float), typeof(double), typeof(decimal), typeof(char), typeof(bool), typeof(uint)];

        foreach (var key in keys)
            features[key] = key.Name;

        Assert.All(keys, key => Assert.Equal(key.Name, features[key]));
        Assert.NotNull(features.Get<IConnectionIdFeature>());
        Assert.Throws<ArgumentNullException>(() => features[null!]);
    }

    [Fact]
    public async Task Properties_OfAContext_AreThoseOfTheConnectionAndCanBeSet()
    {
        await using var pair = await TcpPair.OpenAsync();
        var (context, other) = (pair.Server.AsConnectionContext(), pair.Client.AsConnectionContext());

        Assert.Equal((pair.Server.LocalEndPoint, pair.Server.RemoteEndPoint), (context.LocalEndPoint, context.RemoteEndPoint));
        Assert.NotEqual(context.ConnectionId, other.ConnectionId);
        context.Items["key"] = "value";
        Assert.Equal("value", context.Features.GetRequiredFeature<IConnectionItemsFeature>().Items["key"]);
        Assert.Empty(other.Items);

        context.ConnectionId = "renamed";
        context.RemoteEndPoint = IPEndPoint.Parse("192.0.2.1:1");
        context.Items = new Dictionary<object, object?> { [1] = 2 };
        var pipes = new Pipes(context.Transport.Input, context.Transport.Output);
        context.Transport = pipes;

        Assert.Equal("renamed", context.Features.GetRequiredFeature<IConnectionIdFeature>().ConnectionId);
        Assert.Equal((pair.Server.LocalEndPoint, "192.0.2.1:1"), (context.LocalEndPoint, $"{context.RemoteEndPoint}"));
        Assert.Equal(2, context.Items[1]);
        Assert.Same(pipes, context.Features.GetRequiredFeature<IConnectionTransportFeature>().Transport);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ConnectionClosed_ThePeerEndsOrResetsWhileNothingReads_Fires(bool resets)
    {
        await using var pair = await TcpPair.OpenAsync();
        var context = pair.Server.AsConnectionContext();
        var closed = context.ConnectionClosed;
        Assert.False(closed.IsCancellationRequested);

        if (resets)
            pair.Client.Abort();
        else
            await pair.Client.Output.CompleteAsync().Soon();

        await Eventually.FiresAsync("the context learns of the peer's end", closed);
        Assert.Equal(resets ? ConnectionError.Reset : null, pair.Server.CloseReason?.Error);
    }

    [Fact]
    public async Task ConnectionClosed_SetByAMiddleware_IsTheNewToken()
    {
        await using var pair = await TcpPair.OpenAsync();
        var context = pair.Server.AsConnectionContext();
        using var source = new CancellationTokenSource();

        context.ConnectionClosed = source.Token;

        Assert.Equal(source.Token, context.Features.GetRequiredFeature<IConnectionLifetimeFeature>().ConnectionClosed);
    }

    [Fact]
    public async Task Abort_WithAReason_IsAResetWithThatReason()
    {
        await using var pair = await TcpPair.OpenAsync();
        var context = pair.Server.AsConnectionContext();

        context.Abort(new ConnectionAbortedException("enough"));

        Assert.Equal((ConnectionError.Aborted, "enough"), (pair.Server.CloseReason!.Error, pair.Server.CloseReason.Exception?.Message));
        Assert.Equal(ConnectionError.Reset, (await Assert.ThrowsAsync<ConnectionException>(() => pair.Client.Input.ReadAsync().Soon())).Error);
        await Eventually.FiresAsync("the context is closed", context.ConnectionClosed);
    }

    [Fact]
    public async Task DisposeAsync_Twice_ClosesTheConnectionInOrder()
    {
        await using var pair = await TcpPair.OpenAsync();
        var context = pair.Server.AsConnectionContext();
        await context.Transport.Output.WriteAsync("bye"u8.ToArray()).Soon();

        await context.DisposeAsync().Soon();
        await context.DisposeAsync().Soon();

        Assert.True(pair.Server.CloseReason!.IsClean);
        var end = await pair.Client.Input.ReadAtLeastAsync(4).Soon();
        Assert.Equal((3, true), (end.Buffer.Length, end.IsCompleted));
        pair.Client.Input.AdvanceTo(end.Buffer.End);
    }

    [Fact]
    public async Task AsConnection_OfAContextOfOurs_IsTheConnection()
    {
        var (client, server) = MemoryNetwork.CreatePair();
        await using var first = client;
        await using var second = server;

        var context = server.AsConnectionContext();

        Assert.Same(server, context.AsConnection());
        Assert.Null(context.Features.Get<IConnectionSocketFeature>());
    }

    [Fact]
    public void AsConnectionContext_OfNull_IsAnArgumentError() =>
        Assert.Equal("connection", Assert.Throws<ArgumentNullException>(static () => ConnectionContextExtensions.AsConnectionContext(null!)).ParamName);

    private sealed record Pipes(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    private sealed class TcpPair(Server listener, Connection client, Connection server) : IAsyncDisposable
    {
        public Connection Client => client;

        public Connection Server => server;

        public static async Task<TcpPair> OpenAsync()
        {
            var listener = Async.Server.Listen(0);
            var accepting = listener.AcceptAsync();
            var client = await Connection.ConnectAsync(listener.LocalEndPoint).Soon();
            return new(listener, client, await accepting.Soon());
        }

        public async ValueTask DisposeAsync()
        {
            await client.DisposeAsync();
            await server.DisposeAsync();
            await listener.DisposeAsync();
        }
    }
}
