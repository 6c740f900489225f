using System.Net;
using System.Net.Sockets;

namespace Net.Async.Tests.Io.Reactor;

/// <summary>One event may be for the reader and for the writer: a reader that stalls must not take the writer's half away.</summary>
public class BothDirectionsTests : LeakCheck
{
    private const int SmallBuffer = 8 * 1024;

    [ReactorFact]
    public async Task OnEvent_TheReaderStandsStill_TheWriterHearsOfItsHalf()
    {
        using var listening = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = SmallBuffer };
        listening.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listening.Listen();
        var ours = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { SendBufferSize = SmallBuffer, NoDelay = true };
        ours.Connect(listening.LocalEndPoint!);
        using var peer = listening.Accept();
        var stream = new ReactorEngine().Adopt(ours);
        try
        {
            var piece = new byte[1024];
            while (!stream.TrySend(piece).IsWouldBlock)
            {
            }

            var sending = stream.SendAsync(new byte[1]).AsTask();
            Assert.False(sending.IsCompleted);
            Assert.True(stream.TryReceive(piece).IsWouldBlock);
            var reading = stream.WaitReadableAsync().AsTask();
            Assert.False(reading.IsCompleted);
            var sentMeanwhile = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            // The reader's code waits, on the loop's thread, for what only the writer's half can end.
            _ = reading.ContinueWith(_ => sentMeanwhile.SetResult(sending.Wait(TimeSpan.FromSeconds(5))), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

            // On the loop, so that both have come before it asks the kernel again: one event says both.
            stream.Run(new Work(() =>
            {
                peer.Send(piece, 1, SocketFlags.None);
                var drained = new byte[1024 * 1024];
                while (peer.Available > 0)
                    peer.Receive(drained);
            }));
            Assert.True(await sentMeanwhile.Task.Soon(), "the writer was not told");
        }
        finally
        {
            stream.Close();
        }
    }

    private sealed class Work(Action action) : IThreadPoolWorkItem
    {
        public void Execute() => action();
    }
}
