using System.Net.Sockets;
using System.Text;

namespace Net.Async.Tests.Contract;

/// <summary>Ends under difficult conditions: a peer that dribbles, a callback that throws, a deadline at the last moment.</summary>
public class HostileEndsTests : LeakCheck
{
    [Fact]
    public async Task CloseAsync_PeerDribblesAndNeverReads_EndsAtTheLimit()
    {
        await using var server = Server.Listen(0);
        using var peer = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveBufferSize = 4096 };
        peer.Connect(server.LocalEndPoint);
        await using var accepted = await server.AcceptAsync().Soon();
        await accepted.Output.WriteAsync(new byte[300_000]).Soon();
        var closing = accepted.CloseAsync();
        for (var i = 0; i < 100 && !closing.IsCompleted; i++)
        {
            peer.Send(new byte[1], SocketFlags.None, out _);
            await Task.Delay(12);
        }

        await closing.Soon();
        Assert.Equal(ConnectionState.Closed, accepted.State);
    }

    [Theory, Transports]
    public async Task CloseAsync_UnreadInput_PeerReadsTheAnswerAndAnEnd(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        await pair.Client.Output.WriteAsync("unread"u8.ToArray()).Soon();
        await pair.Accepted.Output.WriteAsync("answer"u8.ToArray()).Soon();
        await pair.Accepted.CloseAsync().Soon();
        Assert.Equal("answer", Encoding.ASCII.GetString(await pair.Client.Input.ReadToEndAsync()));
    }

    [Theory, Transports]
    public async Task PeerAborts_BytesReadBefore_AreNotShownAgain(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        await pair.Accepted.Output.WriteAsync("unread"u8.ToArray()).Soon();
        await pair.Client.Output.WriteAsync("once"u8.ToArray()).Soon();
        Assert.Equal("once"u8.ToArray(), await pair.Accepted.Input.ReadExactlyAsync(4));
        pair.Client.Abort();
        try
        {
            Assert.Empty(await pair.Accepted.Input.ReadToEndAsync());
        }
        catch (ConnectionException)
        {
            // A transport with a reset tells it.
        }

        Assert.Equal(4, pair.Accepted.BytesRead);
    }

    [Theory, Transports]
    public async Task Closed_CallbackThrows_HarmsNobody(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        var called = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        pair.Client.Closed.Register(() =>
        {
            called.SetResult();
            throw new InvalidOperationException("callback");
        });
        pair.Client.Abort();
        await called.Task.Soon();
    }

    [Theory, Transports]
    public async Task StopAsync_CallbackOfTheHandlersTokenThrowsOrBlocks_AbortsInTime(string transport)
    {
        using var gate = new ManualResetEventSlim();
        var kind = Transport.Get(transport);
        await using var server = kind.Listen();
        var registered = 0;
        var serving = server.ServeAsync(async (connection, token) =>
        {
            token.Register(() => gate.Wait(CancellationToken.None));
            token.Register(() => throw new InvalidOperationException("callback"));
            Interlocked.Increment(ref registered);
            await connection.Input.ReadAsync(CancellationToken.None);
        });
        await using var client = await kind.ConnectAsync(server);
        await Eventually.IsAsync(() => Volatile.Read(ref registered) == 1, "no handler");
        Assert.Equal(new StopResult { Finished = 0, Aborted = 1 }, await server.StopAsync(TimeSpan.Zero).Soon());
        Assert.Empty(server.Connections);
        gate.Set();
        await serving.Soon();
    }

    [Theory, Transports]
    public async Task ReceiveAsync_CancelledByThePipeBefore_ThrowsOnce(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        pair.Accepted.Input.CancelPendingRead();
        await Assert.ThrowsAsync<OperationCanceledException>(() => pair.Accepted.ReceiveAsync(new byte[4]).Soon());
        await pair.Client.SendAsync("x"u8.ToArray()).Soon();
        Assert.Equal(1, await pair.Accepted.ReceiveAsync(new byte[4]).Soon());
    }

    [Theory, Transports(ConnectionCapabilities.HalfClose)]
    public async Task Abort_EndShownAndBytesUnconsumed_TellsTheAbort(string transport)
    {
        await using var pair = await Transport.Get(transport).ConnectPairAsync();
        await pair.Client.Output.WriteAsync("unconsumed"u8.ToArray()).Soon();
        await pair.Client.Output.CompleteAsync().Soon();
        while (true)
        {
            var result = await pair.Accepted.Input.ReadAsync().Soon();
            pair.Accepted.Input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            if (result.IsCompleted)
                break;
        }

        pair.Accepted.Abort();
        await pair.Accepted.Input.ReadAsync().ThrowsAsync(ConnectionError.Aborted);
    }

    [Fact]
    public async Task Complete_LimitFiresAtTheEnd_NobodyWaitsForEver()
    {
        for (var round = 0; round < 20; round++)
        {
            await using var pair = await Transport.Get("tcp4").ConnectPairAsync(new ConnectionOptions { Close = { Timeout = TimeSpan.FromMilliseconds(1) } });
            await pair.Accepted.Input.CompleteAsync();
            await pair.Client.Output.WriteAsync(new byte[10_000]).Soon();
            try
            {
                await pair.Client.CloseAsync().Soon();
            }
            catch (ConnectionException exception)
            {
                Assert.Equal(ConnectionError.TimedOut, exception.Error);
            }

            Assert.Equal(ConnectionState.Closed, pair.Client.State);
        }
    }
}
