using System.Buffers;
using System.Security.Cryptography;

namespace Net.Async.Tests.Contract;

/// <summary>A relay over every transport: bytes, and ends in order.</summary>
public class RelayTests : LeakCheck
{
    private const int Size = 1_500_000;

    [Theory, Transports(ConnectionCapabilities.HalfClose)]
    public async Task RelayAsync_BothWaysAtOnce_EveryByteArrives(string name)
    {
        await using var pair = await RelayPair.ConnectAsync(name);
        var relay = pair.RelayAsync();
        var (there, back) = (Bytes.Random(Size, 1), Bytes.Random(Size + 7, 2));
        var writing = Task.WhenAll(WriteAsync(pair.Left, there), WriteAsync(pair.Right, back));
        var read = await Task.WhenAll(HashAsync(pair.Right), HashAsync(pair.Left)).Soon();
        await writing.Soon();
        Assert.Equal([Convert.ToHexString(SHA256.HashData(there)), Convert.ToHexString(SHA256.HashData(back))], read);
        var result = await relay.Soon();
        Assert.Equal((Size, Size + 7, null, null), (result.BytesToOther, result.BytesFromOther, result.Failure, result.FailedConnection));
        await Eventually.IsAsync(() => pair.ToLeft.CloseReason is { IsClean: true } && pair.ToRight.CloseReason is { IsClean: true }, "both have ended in order");
    }

    [Theory, Transports(ConnectionCapabilities.HalfClose)]
    public async Task RelayAsync_OnePeerEnds_TheOtherOneAnswers(string name)
    {
        foreach (var leftEnds in (bool[])[true, false])
        {
            await using var pair = await RelayPair.ConnectAsync(name);
            var relay = pair.RelayAsync();
            var (asks, answers) = leftEnds ? (pair.Left, pair.Right) : (pair.Right, pair.Left);
            await asks.WriteAsync("question");
            await asks.Output.CompleteAsync();
            Assert.Equal("question"u8.ToArray(), await answers.Input.ReadToEndAsync());
            Assert.False(relay.IsCompleted);
            await answers.WriteAsync("answer");
            await answers.Output.CompleteAsync();
            Assert.Equal("answer"u8.ToArray(), await asks.Input.ReadToEndAsync());
            var result = await relay.Soon();
            Assert.Equal(leftEnds ? (8, 6) : (6, 8), (result.BytesToOther, result.BytesFromOther));
            Assert.Null(result.Failure);
        }
    }

    [Theory, Transports(ConnectionCapabilities.HalfClose)]
    public async Task RelayAsync_PartWasReadBefore_PassesOnTheRest(string name)
    {
        await using var pair = await RelayPair.ConnectAsync(name);
        await pair.Left.WriteAsync("header\nthe rest");
        await pair.Left.Output.CompleteAsync();
        Assert.Equal("header", await pair.ToLeft.ReadLineAsync().Soon());
        pair.ToRight.Output.Write("before "u8);
        var relay = pair.RelayAsync();
        Assert.Equal("before the rest"u8.ToArray(), await pair.Right.Input.ReadToEndAsync());
        await pair.Right.Output.CompleteAsync();
        Assert.Equal(8, (await relay.Soon()).BytesToOther);
    }

    [Theory, Transports(ConnectionCapabilities.HalfClose)]
    public async Task RelayAsync_BothSidesFull_NeitherWaitsForTheOther(string name)
    {
        await using var pair = await RelayPair.ConnectAsync(name, new() { Buffers = { SendBufferSize = 16384, ReceiveBufferSize = 16384 } });
        var relay = pair.RelayAsync();
        var (there, back) = (Bytes.Random(2 * Size, 1), Bytes.Random(2 * Size, 2));
        var writing = Task.WhenAll(WriteAsync(pair.Left, there), WriteAsync(pair.Right, back));
        // Nothing is read: both directions fill up.
        await StandsAsync(pair);
        Assert.False(writing.IsCompleted);
        Assert.Equal(Convert.ToHexString(SHA256.HashData(there)), await HashAsync(pair.Right).Soon());
        Assert.Equal(Convert.ToHexString(SHA256.HashData(back)), await HashAsync(pair.Left).Soon());
        await writing.Soon();
        Assert.Null((await relay.Soon()).Failure);
    }

    [Theory, Transports]
    public async Task RelayAsync_Mistakes_ChangeNothing(string name)
    {
        await using var pair = await RelayPair.ConnectAsync(name);
        Assert.Equal("connection", (await Assert.ThrowsAsync<ArgumentNullException>(() => RelayExtensions.RelayAsync(null!, pair.ToRight))).ParamName);
        Assert.Equal("other", (await Assert.ThrowsAsync<ArgumentNullException>(() => pair.ToLeft.RelayAsync(null!))).ParamName);
        Assert.Equal("other", (await Assert.ThrowsAsync<ArgumentException>(() => pair.ToLeft.RelayAsync(pair.ToLeft))).ParamName);
        var token = new CancellationToken(canceled: true);
        Assert.Equal(token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pair.RelayAsync(cancellationToken: token))).CancellationToken);
        await pair.Left.WriteAsync("alive\n");
        Assert.Equal("alive", await pair.ToLeft.ReadLineAsync().Soon());
        await pair.Right.WriteAsync("alive\n");
        Assert.Equal("alive", await pair.ToRight.ReadLineAsync().Soon());
    }

    /// <summary>Waits until the relay moves no more bytes, since everything is full.</summary>
    internal static async Task StandsAsync(RelayPair pair)
    {
        long Moved() => pair.ToLeft.BytesRead + pair.ToLeft.BytesWritten + pair.ToRight.BytesRead + pair.ToRight.BytesWritten + pair.Left.BytesWritten + pair.Right.BytesWritten;
        var (last, looks) = (0L, 0);
        await Eventually.IsAsync(() =>
        {
            var moved = Moved();
            (looks, last) = moved == last && moved > 0 ? (looks + 1, last) : (0, moved);
            return looks >= 50;
        }, "everything is full");
    }

    internal static async Task WriteAsync(Connection connection, byte[] bytes)
    {
        await Task.Yield();
        await connection.Output.WriteAsync(bytes);
        await connection.Output.CompleteAsync();
    }

    internal static async Task<string> HashAsync(Connection connection)
    {
        await Task.Yield();
        return Convert.ToHexString(await SHA256.HashDataAsync(connection.Input.AsStream()));
    }
}
