using System.Security.Cryptography;
using Net.Async.Tests.Contract;
using Net.Async.Tests.Io;

namespace Net.Async.Tests.Relaying;

/// <summary>Relays through pipes of the kernel's: when one is held, and what happens where there is none. The managed engine holds none, ever.</summary>
public class RelayPipesTests : LeakCheck
{
    private const int Size = 3_000_000;

    [Theory, Engines]
    public async Task RelayAsync_BytesWait_HoldsAPipeUntilTheyHaveGone(string engine)
    {
        await using var pair = await RelayPair.ConnectAsync("tcp4/" + engine, new() { Buffers = { SendBufferSize = 16384, ReceiveBufferSize = 16384 } });
        var relay = pair.RelayAsync();
        await pair.Left.WriteAsync("1");
        Assert.Equal("1"u8.ToArray(), await pair.Right.Input.ReadExactlyAsync(1));
        await Eventually.IsAsync(static () => KernelPipes.Rented == 0, "an idle relay holds no pipe");

        var writing = RelayTests.WriteAsync(pair.Left, Bytes.Random(Size));
        await RelayTests.StandsAsync(pair);
        Assert.Equal(engine == "reactor" ? 1 : 0, KernelPipes.Rented);
        Assert.Equal(Convert.ToHexString(SHA256.HashData(Bytes.Random(Size))), await RelayTests.HashAsync(pair.Right).Soon());
        await writing.Soon();
        await pair.Right.Output.CompleteAsync();
        Assert.Equal(Size + 1, (await relay.Soon()).BytesToOther);
        Assert.Equal(0, KernelPipes.Rented);
    }

    [Theory, Engines]
    public async Task RelayAsync_FailsWhileBytesWait_GivesThePipeBack(string engine)
    {
        await using var pair = await RelayPair.ConnectAsync("tcp4/" + engine, new() { Buffers = { SendBufferSize = 16384, ReceiveBufferSize = 16384 } });
        var relay = pair.RelayAsync();
        var writing = RelayTests.WriteAsync(pair.Left, Bytes.Random(Size));
        await RelayTests.StandsAsync(pair);
        pair.Right.Abort();
        var result = await relay.Soon();
        Assert.Equal((ConnectionError.Reset, pair.ToRight), (result.Failure!.Error, result.FailedConnection));
        await writing.ThrowsAsync(ConnectionError.Reset);
        Assert.Equal(0, KernelPipes.Rented);
    }

    [Theory, Engines]
    public async Task RelayAsync_PipesAreUsedUp_Copies(string engine)
    {
        var pipes = new List<KernelPipe>();
        while (KernelPipes.TryRent() is { } pipe)
            pipes.Add(pipe);
        try
        {
            await using var pair = await RelayPair.ConnectAsync("tcp4/" + engine);
            var relay = pair.RelayAsync();
            var writing = RelayTests.WriteAsync(pair.Left, Bytes.Random(Size));
            Assert.Equal(Convert.ToHexString(SHA256.HashData(Bytes.Random(Size))), await RelayTests.HashAsync(pair.Right).Soon());
            await writing.Soon();
            await pair.Right.Output.CompleteAsync();
            Assert.Null((await relay.Soon()).Failure);
        }
        finally
        {
            pipes.ForEach(KernelPipes.Return);
        }
    }

    [Theory, Engines]
    public async Task RelayAsync_MessagesArePostedMeanwhile_AllOfBothArrive(string engine)
    {
        const int Messages = 2000;
        await using var pair = await RelayPair.ConnectAsync("tcp4/" + engine);
        var relay = pair.RelayAsync();
        var writing = pair.Left.Output.WriteAsync(new byte[Size]).AsTask();
        var counting = CountAsync(pair.Right);
        for (var i = 0; i < Messages; i++)
        {
            await pair.ToRight.Outbox.PostAsync(new byte[] { 1, 1, 1 });
            await Task.Yield();
        }

        await writing.Soon();
        await pair.Left.Output.CompleteAsync();
        await pair.Right.Output.CompleteAsync();
        Assert.Equal((Size, 3 * Messages), await counting.Soon());
        Assert.Equal(Size, (await relay.Soon()).BytesToOther);
    }

    private static async Task<(int Zeros, int Ones)> CountAsync(Connection connection)
    {
        var (zeros, ones) = (0, 0);
        while (true)
        {
            var read = await connection.Input.ReadAsync();
            foreach (var memory in read.Buffer)
            {
                var count = memory.Span.Count((byte)1);
                (zeros, ones) = (zeros + memory.Length - count, ones + count);
            }

            connection.Input.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
                return (zeros, ones);
        }
    }
}
