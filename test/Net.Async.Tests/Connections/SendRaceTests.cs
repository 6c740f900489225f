namespace Net.Async.Tests.Connections;

/// <summary>A send of the kernel ends at the very moment in which the writer adds more.</summary>
public class SendRaceTests
{
    private const int Rounds = 30_000;

    [Fact]
    public Task CompleteAsync_ASendEndsMeanwhile_FinIsBehindEveryByte() => RaceAsync(async (connection, stream) =>
    {
        await connection.Output.CompleteAsync().Soon();
        Assert.True(stream.FinSent);
        Assert.Equal(2, stream.Received);
    });

    [Fact]
    public Task FlushAsync_ASendEndsMeanwhile_NothingStaysUnsent() => RaceAsync(async (connection, stream) =>
    {
        await connection.Output.FlushAsync().Soon();
        Assert.Equal(2, stream.Received);
        Assert.Equal(0, connection.UnflushedBytes);
    });

    private static async Task RaceAsync(Func<Connection, ScriptedStream, Task> finish)
    {
        var random = new Random(1);
        for (var round = 0; round < Rounds; round++)
        {
            var stream = new ScriptedStream { IsFull = true };
            var connection = new StreamConnection(stream, new ConnectionOptions());
            var first = connection.Output.WriteAsync(new byte[1]).AsTask();
            connection.Output.CancelPendingFlush();
            Assert.True((await first).IsCanceled);
            connection.Output.GetMemory(1);
            var (here, there) = (random.Next(60), random.Next(60));
            var kernel = Task.Run(() =>
            {
                Thread.SpinWait(there);
                stream.TakeAll();
            });
            Thread.SpinWait(here);
            connection.Output.Advance(1);
            await finish(connection, stream);
            await kernel;
            connection.Abort();
            connection.Output.Complete();
        }
    }
}
