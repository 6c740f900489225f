using System.IO.Pipelines;
using System.Text;
using Net.Async.Tests.Contract;

namespace Net.Async.Tests.Connections;

/// <summary>Taking the transport out of a live connection, for another protocol on top of it.</summary>
public class DetachTransportTests : LeakCheck
{
    [Theory]
    [Transports]
    public async Task DetachTransport_AfterSomeBytes_ContinuesBehindThem(string name)
    {
        await using var pair = await Transport.Get(name).ConnectPairAsync();
        await pair.Client.Output.WriteAsync("STARTTLS\r\nbehind"u8.ToArray());
        var read = await ReadAtLeastAsync(pair.Accepted, 16);
        pair.Accepted.Input.AdvanceTo(read.Buffer.GetPosition(10), read.Buffer.End);

        var detached = pair.Accepted.DetachTransport();
        await using var second = Connection.FromTransport(detached.WithReadAhead());
        await pair.Client.Output.WriteAsync(" and more"u8.ToArray());
        var rest = await ReadAtLeastAsync(second, 15);

        Assert.Equal("behind", Encoding.ASCII.GetString(detached.ReadAhead.Span));
        Assert.Equal("behind and more", Encoding.ASCII.GetString(rest.Buffer));
        Assert.True(pair.Accepted.CloseReason is { IsClean: true });
        await second.Output.WriteAsync("answer"u8.ToArray());
        Assert.Equal("answer", Encoding.ASCII.GetString((await ReadAtLeastAsync(pair.Client, 6)).Buffer));
        await second.Input.CompleteAsync();
    }

    [Theory]
    [Transports]
    public async Task DetachTransport_AfterACancelledRead_LosesNoByte(string name)
    {
        await using var pair = await Transport.Get(name).ConnectPairAsync();
        var reading = pair.Accepted.Input.ReadAsync();
        pair.Accepted.Input.CancelPendingRead();
        Assert.True((await reading).IsCanceled);
        pair.Accepted.Input.AdvanceTo(default);

        // The wait of the cancelled read is still parked on the transport.
        await using var second = Connection.FromTransport(pair.Accepted.DetachTransport().WithReadAhead());
        var next = ReadAtLeastAsync(second, 4);
        await pair.Client.Output.WriteAsync("late"u8.ToArray());

        Assert.Equal("late", Encoding.ASCII.GetString((await next).Buffer));
        await second.Input.CompleteAsync();
    }

    [Fact]
    public async Task DetachTransport_WhileSomethingIsUnderWay_SaysWhat()
    {
        await using var pair = await Transport.Get("tcp4").ConnectPairAsync();
        var connection = pair.Accepted;

        var reading = connection.Input.ReadAsync();
        AssertRefused(connection, "is being read from");
        connection.Input.CancelPendingRead();
        await reading;
        connection.Input.AdvanceTo(default);
        connection.Output.GetSpan(1)[0] = 1;
        connection.Output.Advance(1);
        AssertRefused(connection, "has unflushed bytes");
        await connection.Output.FlushAsync();
        await connection.Output.CompleteAsync();
        AssertRefused(connection, "has ended");
    }

    [Fact]
    public async Task DetachTransport_ReadAheadOrEnded_IsRefused()
    {
        await using var ahead = await Transport.Get("tcp4").ConnectPairAsync(new ConnectionOptions { Buffers = { ReadAhead = true } });
        AssertRefused(ahead.Client, "receives ahead of its reader");
        ahead.Client.Abort();
        AssertRefused(ahead.Client, "has ended");
    }

    [Fact]
    public async Task DetachTransport_RefusedOnce_LeavesTheConnectionAsItWas()
    {
        await using var pair = await Transport.Get("tcp4").ConnectPairAsync();
        var reading = pair.Accepted.Input.ReadAsync();
        AssertRefused(pair.Accepted, "is being read from");

        await pair.Accepted.Output.WriteAsync("out"u8.ToArray());
        await pair.Client.Output.WriteAsync("in"u8.ToArray());

        Assert.Equal("in", Encoding.ASCII.GetString((await reading.AsTask().Soon()).Buffer));
        Assert.Equal("out", Encoding.ASCII.GetString((await ReadAtLeastAsync(pair.Client, 3)).Buffer));
    }

    private static void AssertRefused(Connection connection, string why) =>
        Assert.Contains(why, Assert.Throws<InvalidOperationException>(connection.DetachTransport).Message, StringComparison.Ordinal);

    private static async Task<ReadResult> ReadAtLeastAsync(Connection connection, int count) =>
        await connection.Input.ReadAtLeastAsync(count).AsTask().Soon();
}
