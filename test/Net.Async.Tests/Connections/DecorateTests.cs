using System.Collections.Concurrent;
using Net.Async.Tests.Contract;

namespace Net.Async.Tests.Connections;

/// <summary><see cref="ConnectionOptions.Decorate"/>: every connection's transport is the wrapped one.</summary>
public class DecorateTests : LeakCheck
{
    [Theory, Transports]
    public async Task Decorate_ConnectedAndAccepted_IsUsedOnce(string transport)
    {
        var wrapped = new ConcurrentQueue<Counting>();
        var options = new ConnectionOptions
        {
            Decorate = stream =>
            {
                var counting = new Counting(stream);
                wrapped.Enqueue(counting);
                return counting;
            },
        };
        await using var pair = await Transport.Get(transport).ConnectPairAsync(options);
        await pair.Client.Output.WriteAsync(new byte[10]).Soon();
        await pair.Accepted.Input.ReadExactlyAsync(10);
        Assert.Equal([0, 10], wrapped.Select(static stream => stream.Received).Order());
    }

    [Fact]
    public async Task Decorate_ThrowsOrReturnsNull_FailsTheConnectAndLeavesNothingOpen()
    {
        var kind = Transport.Get("tcp4");
        await using var server = kind.Listen();
        await Assert.ThrowsAsync<InvalidOperationException>(() => kind.ConnectAsync(server, new ConnectionOptions { Decorate = static _ => null! }));
        await Assert.ThrowsAsync<TimeZoneNotFoundException>(() => kind.ConnectAsync(server, new ConnectionOptions { Decorate = static _ => throw new TimeZoneNotFoundException() }));
    }

    [Fact]
    public async Task Decorate_ThrowsForOneClient_OthersAreServed()
    {
        var calls = 0;
        var options = new ConnectionOptions { Decorate = stream => ++calls == 1 ? throw new TimeZoneNotFoundException() : stream };
        await using var server = Server.Listen(0, new ServerOptions { Connection = options });
        var accepting = server.AcceptAsync().AsTask();

        // The reset may come before the connect is over, or after it.
        await Assert.ThrowsAsync<ConnectionException>(async () =>
        {
            await using var first = await Connection.ConnectAsync(server.LocalEndPoint);
            await first.Input.ReadAsync().AsTask().Soon();
        });
        await using var second = await Connection.ConnectAsync(server.LocalEndPoint);
        await using var accepted = await accepting.Soon();

        Assert.Equal(second.LocalEndPoint, accepted.RemoteEndPoint);
        Assert.Equal(1, server.ConnectionCount);
    }

    private sealed class Counting(TransportStream inner) : TransportDecorator(inner)
    {
        public int Received { get; private set; }

        public override TransportResult TryReceive(Span<byte> buffer)
        {
            var received = base.TryReceive(buffer);
            Received += received.Count;
            return received;
        }
    }
}
