using System.Text;
using Microsoft.Extensions.Time.Testing;

namespace Net.Async.Tests.Contract.Limits;

/// <summary>The line that a client reads before a limit closes its connection.</summary>
public class FarewellTests : LeakCheck
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _time = new();
    private int _called;

    [Theory, Transports]
    public async Task Farewell_Silence_IsReadByTheClientBeforeTheEnd(string transport)
    {
        await using var pair = await LimitedPair.ConnectAsync(transport, Limits(limit => Encoding.ASCII.GetBytes($"421 {limit}\r\n")), _time);
        var read = pair.Accepted.Input.ReadAsync().AsTask();
        _time.Advance(s_limit);
        await read.ThrowsAsync(ConnectionError.TimedOut);
        await _time.EndsAsync(pair.Accepted);
        Assert.Equal("421 FirstByte", await pair.Client.ReadLineAsync().Soon());
        Assert.Null(await pair.Client.ReadLineAsync().Soon());
        Assert.Equal((15, 1), (pair.Accepted.BytesWritten, _called));
    }

    [Theory, Transports]
    public async Task Farewell_BytesAreUnflushed_IsNotSaid(string transport)
    {
        await using var pair = await LimitedPair.ConnectAsync(transport, Limits(static _ => "bye\n"u8.ToArray()), _time);
        pair.Accepted.Output.GetSpan(1)[0] = (byte)'\n';
        pair.Accepted.Output.Advance(1);
        _time.Advance(s_limit);
        Assert.Equal("", await pair.Client.ReadLineAsync().Soon());
        await _time.EndsAsync(pair.Accepted);
        Assert.Null(await pair.Client.ReadLineAsync().Soon());
    }

    [Theory]
    [InlineData(1024, 1024)]
    [InlineData(1025, 0)]
    [InlineData(0, 0)]
    [InlineData(-1, 0)]
    public async Task Farewell_AnyLength_IsSaidWholeOrNotAtAll(int length, int said)
    {
        await using var pair = await LimitedPair.ConnectAsync("tcp4", Limits(_ => length < 0 ? throw new FormatException("enough") : new byte[length]), _time);
        _time.Advance(s_limit);
        await _time.EndsAsync(pair.Accepted);
        var received = new MemoryStream();
        await pair.Client.Input.CopyToAsync(received).Soon();
        Assert.Equal((said, 1), (received.Length, _called));
        await pair.Accepted.ReachesAsync(ConnectionLimitKind.FirstByte);
    }

    [Fact]
    public async Task Farewell_OverAStream_IsReadByTheClient()
    {
        var (client, server) = Net.Async.Testing.MemoryNetwork.CreatePair();
        await using var limited = Connection.FromStream(server.AsStream(), new ConnectionOptions { TimeProvider = _time, Limits = Limits(static _ => "bye\n"u8.ToArray()) });
        var read = limited.Input.ReadAsync().AsTask();
        _time.Advance(s_limit);
        await read.ThrowsAsync(ConnectionError.TimedOut);
        Assert.Equal("bye", await client.ReadLineAsync().Soon());
        await _time.EndsAsync(limited);
        Assert.Null(await client.ReadLineAsync().Soon());
        await client.DisposeAsync();
    }

    private ConnectionLimits Limits(Func<ConnectionLimitKind, ReadOnlyMemory<byte>> farewell) => new()
    {
        FirstByteTimeout = s_limit,
        Farewell = limit =>
        {
            _called++;
            return farewell(limit);
        },
    };
}
