using System.Buffers;
using Net.Async.Tests.Contract;

namespace Net.Async.Tests.Connections;

/// <summary>The pipes are straight on the kernel: nothing is copied between it and the user, except what it would not take at once of memory that stays the user's.</summary>
public class CopiedBytesTests : LeakCheck
{
    private const int Total = 32 * 1024 * 1024, Piece = 64 * 1024;

    [Theory, Transports]
    public async Task Pipes_StreamBothWays_CopyNothing(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        var before = CopiedBytes.Total;
        await Task.WhenAll(SendAsync(pair.Client), SendAsync(pair.Accepted), ReceiveAsync(pair.Client), ReceiveAsync(pair.Accepted)).Soon();
        Assert.Equal(before, CopiedBytes.Total);
    }

    [Theory, Transports]
    public async Task CopyToAsync_MessagesThatTheKernelTakes_CopiesNothing(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        var echo = pair.Accepted.Input.CopyToAsync(pair.Accepted.Output);
        var before = CopiedBytes.Total;
        for (var i = 0; i < 200; i++)
        {
            await pair.Client.Output.WriteAsync(Bytes.Random(1000, i)).Soon();
            Assert.Equal(Bytes.Random(1000, i), await pair.Client.Input.ReadExactlyAsync(1000));
        }

        await pair.Client.CloseAsync().Soon();
        await echo.Soon();
        // A named pipe cannot be tried: what is written waits in our memory.
        if (transport != "pipe")
            Assert.Equal(before, CopiedBytes.Total);
    }

#if DEBUG
    [Fact]
    public async Task WriteAsync_MoreThanTheKernelTakes_CopiesWhatIsLeft()
    {
        await using var pair = await Transport.Get("tcp4").ConnectPairAsync();
        var before = CopiedBytes.Total;
        var bytes = Bytes.Random(Total, 1);
        var writing = pair.Client.Output.WriteAsync(bytes).AsTask();
        Assert.False(writing.IsCompleted);
        Assert.True(CopiedBytes.Total > before);
        await ReceiveAsync(pair.Accepted);
        await writing.Soon();
    }
#endif

    private static async Task SendAsync(Connection connection)
    {
        for (var sent = 0; sent < Total; sent += Piece)
        {
            connection.Output.GetMemory(Piece);
            connection.Output.Advance(Piece);
            await connection.Output.FlushAsync();
        }
    }

    private static async Task ReceiveAsync(Connection connection)
    {
        for (long received = 0; received < Total;)
        {
            var read = await connection.Input.ReadAsync();
            received += read.Buffer.Length;
            connection.Input.AdvanceTo(read.Buffer.End);
        }
    }
}
