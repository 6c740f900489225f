using System.Net.Sockets;

namespace Net.Async.Tests.Io.Managed;

public class HotQueueTests
{
    private const int Rounds = 100_000;

    [Fact]
    public async Task Add_FromTwoThreads_EveryWaitEnds()
    {
        var queue = HotQueue.Next();
        await Task.WhenAll(Task.Run(() => WaitAsync(queue)), Task.Run(() => WaitAsync(queue))).WaitAsync(TimeSpan.FromMinutes(1));
    }

    private static async Task WaitAsync(HotQueue queue)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        using var operation = new SocketOperation(new SocketStream(socket, null));
        var random = new Random(1);
        for (var i = 0; i < Rounds; i++)
        {
            Thread.SpinWait(random.Next(50));
            var round = operation.BeginRound();
            queue.Add(operation);
            await round;
        }
    }
}
