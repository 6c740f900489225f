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
        var options = ConnectionOptions.Default with
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
        await Assert.ThrowsAsync<InvalidOperationException>(() => kind.ConnectAsync(server, ConnectionOptions.Default with { Decorate = static _ => null! }));
        await Assert.ThrowsAsync<TimeZoneNotFoundException>(() => kind.ConnectAsync(server, ConnectionOptions.Default with { Decorate = static _ => throw new TimeZoneNotFoundException() }));
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
