using Microsoft.Extensions.Time.Testing;

namespace Net.Async.Tests.Contract;

/// <summary>A relay over every transport: ends that are no orderly ones. No peer may read a clean end behind missing bytes.</summary>
public class RelayEndsTests : LeakCheck
{
    private static readonly ConnectionOptions s_small = new() { Buffers = { SendBufferSize = 16384, ReceiveBufferSize = 16384 } };

    [Theory, Transports(ConnectionCapabilities.Reset)]
    public async Task RelayAsync_APeerResets_TheOtherOneIsReset(string name)
    {
        foreach (var leftResets in (bool[])[true, false])
        {
            await using var pair = await RelayPair.ConnectAsync(name);
            var relay = pair.RelayAsync();
            var (resets, other, towards) = leftResets ? (pair.Left, pair.Right, pair.ToLeft) : (pair.Right, pair.Left, pair.ToRight);
            await resets.WriteAsync("begun");
            Assert.Equal("begun"u8.ToArray(), await other.Input.ReadExactlyAsync(5));
            var reading = ReadAllAsync(other);
            resets.Abort();
            await reading.ThrowsAsync(ConnectionError.Reset);
            var result = await relay.Soon();
            Assert.Equal(ConnectionError.Reset, result.Failure!.Error);
            Assert.Same(towards, result.FailedConnection);
            Assert.Equal(leftResets ? (5, 0) : (0, 5), (result.BytesToOther, result.BytesFromOther));
            Assert.Same(result.Failure, (leftResets ? pair.ToRight : pair.ToLeft).CloseReason!.Exception);
        }
    }

    [Theory, Transports(ConnectionCapabilities.Reset)]
    public async Task RelayAsync_APeerResetsBehindItsEnd_TheOtherOneIsReset(string name)
    {
        await using var pair = await RelayPair.ConnectAsync(name);
        var relay = pair.RelayAsync();
        await pair.Left.Output.CompleteAsync();
        Assert.Empty(await pair.Right.Input.ReadToEndAsync());
        pair.Left.Abort();
        // Its answer cannot arrive: that must not look like a success.
        await WriteForeverAsync(pair.Right).ThrowsAsync(ConnectionError.Reset);
        Assert.Equal(ConnectionError.Reset, (await relay.Soon()).Failure!.Error);
    }

    [Theory, Transports]
    public async Task RelayAsync_Cancelled_AbortsBoth(string name)
    {
        await using var pair = await RelayPair.ConnectAsync(name, s_small);
        using var cancellation = new CancellationTokenSource();
        var relay = pair.RelayAsync(cancellationToken: cancellation.Token);
        var flood = WriteForeverAsync(pair.Left);
        await RelayTests.StandsAsync(pair);
        await cancellation.CancelAsync();
        Assert.Equal(cancellation.Token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => relay.Soon())).CancellationToken);
        Assert.All([pair.ToLeft, pair.ToRight], static connection => Assert.Equal(ConnectionError.Aborted, connection.CloseReason!.Error));
        await Assert.ThrowsAsync<ConnectionException>(() => flood.Soon());
    }

    [Theory, Transports(ConnectionCapabilities.Reset)]
    public async Task RelayAsync_OneIsDisposedUnderWay_ThePeersAreReset(string name)
    {
        foreach (var first in (bool[])[true, false])
        {
            await using var pair = await RelayPair.ConnectAsync(name);
            var relay = pair.RelayAsync();
            var (disposed, peer) = first ? (pair.ToLeft, pair.Right) : (pair.ToRight, pair.Left);
            var reading = ReadAllAsync(peer);
            await disposed.DisposeAsync();
            var result = await relay.Soon();
            Assert.Equal((ConnectionError.Closed, disposed), (result.Failure!.Error, result.FailedConnection));
            await reading.ThrowsAsync(ConnectionError.Reset);
        }
    }

    [Theory, Transports]
    public async Task RelayAsync_NothingMoves_EndsAtTheIdleLimit(string name)
    {
        await using var pair = await RelayPair.ConnectAsync(name);
        var time = new FakeTimeProvider();
        var relay = pair.RelayAsync(new() { IdleTimeout = TimeSpan.FromMinutes(8), TimeProvider = time });
        for (var i = 0; i < 3; i++)
        {
            time.Advance(TimeSpan.FromMinutes(7));
            await pair.Left.WriteAsync("1");
            Assert.Equal("1"u8.ToArray(), await pair.Right.Input.ReadExactlyAsync(1));
            await Eventually.IsAsync(() => pair.ToRight.BytesWritten == i + 1, "it is counted");
            // The look that notices the byte.
            time.Advance(TimeSpan.FromMinutes(1));
        }

        time.Advance(TimeSpan.FromMinutes(6.9));
        Assert.False(relay.IsCompleted);
        time.Advance(TimeSpan.FromMinutes(1.1));
        var result = await relay.Soon();
        Assert.Equal((ConnectionError.TimedOut, null, 3), (result.Failure!.Error, result.FailedConnection, result.BytesToOther));
        Assert.Contains("00:08:00", result.Failure.Message, StringComparison.Ordinal);
        Assert.All([pair.ToLeft, pair.ToRight], static connection => Assert.Equal(ConnectionError.Aborted, connection.CloseReason!.Error));
    }

    [Theory, Transports]
    public async Task RelayAsync_ReadIsUnderWay_IsAMistakeThatEndsBoth(string name)
    {
        await using var pair = await RelayPair.ConnectAsync(name);
        var reading = pair.ToRight.Input.ReadAsync().AsTask();
        await Assert.ThrowsAsync<InvalidOperationException>(() => pair.RelayAsync().Soon());
        await Assert.ThrowsAsync<ConnectionException>(() => reading.Soon());
        Assert.All([pair.ToLeft, pair.ToRight], static connection => Assert.Equal(ConnectionError.Aborted, connection.CloseReason!.Error));
    }

    internal static async Task ReadAllAsync(Connection connection)
    {
        await Task.Yield();
        while (true)
        {
            var read = await connection.Input.ReadAsync();
            connection.Input.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
                return;
        }
    }

    internal static async Task WriteForeverAsync(Connection connection)
    {
        await Task.Yield();
        var bytes = new byte[4096];
        while (!(await connection.Output.WriteAsync(bytes)).IsCompleted)
        {
        }

        throw new ConnectionException(ConnectionError.Closed, "The connection is closed.");
    }
}
