using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Net.Async.Tests.Kestrel;

/// <summary>The transport's listener: bound, accepted from, unbound, disposed.</summary>
[Collection(RowsCollection.Name)]
public class ListenerTests
{
    private static readonly Row[] s_rows =
    [
        new("accept behind an unbind", UnbindAsync),
        new("unbind while an accept waits", UnbindWaitingAsync),
        new("dispose while an accept waits", DisposeWaitingAsync),
        new("accept that is cancelled", CancelAsync),
        new("clients that are not accepted", QueueAsync),
        new("connections outlast the unbind", OutlastAsync),
        new("memory outlasts the listener", MemoryAsync),
    ];

    public static TheoryData<string, string> Cases => Row.Cases(s_rows);

    [LinuxTheory]
    [MemberData(nameof(Cases))]
    public Task Listener_InEachState_IsAsOnKestrelsOwn(string row, string transport) => Comparison.PlayAsync(s_rows, row, transport);

    private static async Task<IConnectionListener> BindAsync(Stage stage) =>
        await stage.Own(KestrelApp.Build(stage.Transport, new Setup())).Factory.BindAsync(new IPEndPoint(IPAddress.Loopback, 0)).Soon();

    private static async Task UnbindAsync(Stage stage)
    {
        await using var listener = await BindAsync(stage);
        await listener.UnbindAsync().Soon();
        Assert.Null(await listener.AcceptAsync().Soon());
        Assert.Null(await listener.AcceptAsync().Soon());
        Assert.True(await Ports.IsRefusedAsync(listener.EndPoint));
        await listener.UnbindAsync().Soon();
    }

    private static async Task UnbindWaitingAsync(Stage stage)
    {
        await using var listener = await BindAsync(stage);
        var accept = listener.AcceptAsync().AsTask();
        await listener.UnbindAsync().Soon();
        Assert.Null(await accept.Soon());
        Assert.True(await Ports.IsRefusedAsync(listener.EndPoint));
    }

    private static async Task DisposeWaitingAsync(Stage stage)
    {
        var listener = await BindAsync(stage);
        var accept = listener.AcceptAsync().AsTask();
        await listener.DisposeAsync().Soon();
        Assert.Null(await accept.Soon());
        await listener.DisposeAsync().Soon();
    }

    private static async Task CancelAsync(Stage stage)
    {
        await using var listener = await BindAsync(stage);
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        var exception = await Record.ExceptionAsync(() => listener.AcceptAsync(cancelled.Token).Soon());
        Assert.IsAssignableFrom<OperationCanceledException>(exception);
        await using var client = await RawClient.DialAsync(listener.EndPoint, 0);
        await using var server = await listener.AcceptAsync().Soon();
        Assert.NotNull(server);
        End(server);
    }

    // They wait in the kernel, whose queue has a limit, and in nothing of the transport's own.
    private static async Task QueueAsync(Stage stage)
    {
        await using var listener = await BindAsync(stage);
        var clients = new List<RawClient>();
        for (var i = 0; i < 20; i++)
            clients.Add(await RawClient.DialAsync(listener.EndPoint, 0));
        Assert.InRange(Ports.Queued(((IPEndPoint)listener.EndPoint).Port), 19, 20);
        for (var i = 0; i < 20; i++)
        {
            await using var server = await listener.AcceptAsync().Soon();
            Assert.Equal(clients.Single(client => Equals(client.Socket.LocalEndPoint, server!.RemoteEndPoint)).Socket.RemoteEndPoint, server!.LocalEndPoint);
            End(server);
        }

        foreach (var client in clients)
            await client.DisposeAsync();
    }

    private static async Task OutlastAsync(Stage stage)
    {
        await using var listener = await BindAsync(stage);
        await using var client = await RawClient.DialAsync(listener.EndPoint, 0);
        await using var server = await listener.AcceptAsync().Soon();
        await listener.UnbindAsync().Soon();
        await client.SendAsync("hello");
        var read = await server!.Transport.Input.ReadAtLeastAsync(5).Soon();
        server.Transport.Input.AdvanceTo(read.Buffer.End);
        await server.Transport.Output.WriteAsync("there"u8.ToArray()).Soon();
        Assert.Equal("there", await client.ReadBodyAsync(5));
        End(server);
    }

    // Kestrel gives back what it has rented when the listener has gone.
    private static async Task MemoryAsync(Stage stage)
    {
        var listener = await BindAsync(stage);
        await using var client = await RawClient.DialAsync(listener.EndPoint, 0);
        var server = (await listener.AcceptAsync().Soon())!;
        using var owner = server.Features.Get<IMemoryPoolFeature>()!.MemoryPool.Rent(4096);
        End(server);
        await server.DisposeAsync().Soon();
        await listener.UnbindAsync().Soon();
        await listener.DisposeAsync().Soon();
        owner.Memory.Span.Fill(1);
    }

    private static void End(ConnectionContext server)
    {
        server.Transport.Input.Complete();
        server.Transport.Output.Complete();
    }
}
