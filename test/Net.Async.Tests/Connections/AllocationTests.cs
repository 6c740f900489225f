using System.Net.Sockets;
using Net.Async.Tests.Framing;
using Net.Async.Tests.Io;

namespace Net.Async.Tests.Connections;

/// <summary>A chat in its steady state allocates nothing: neither on the read nor on the write path, synchronous or not.</summary>
public class AllocationTests : LeakCheck
{
    private const int Operations = 10_000;

    [Theory]
    [Engines(ConnectionScheduling.EngineDefault, 1)]
    [Engines(ConnectionScheduling.Inline, 1)]
    // The way to the thread pool is an object of some 40 bytes, in each direction at most.
    [Engines(ConnectionScheduling.ThreadPool, 90)]
    public async Task Echo_SteadyState_AllocatesNothing(string engine, ConnectionScheduling scheduling, int bytes)
    {
        await using var server = Server.Listen(0, new ServerOptions { Connection = Engines.On(engine) with { Scheduling = scheduling } });
        var serving = server.ServeAsync(static (connection, token) => connection.Input.CopyToAsync(connection.Output, token));
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.Connect(server.LocalEndPoint);
        var message = new byte[64];
        var best = LeastAllocated(client, message.Length, () => client.Send(message));

        client.Close();
        await server.StopAsync().Soon();
        await serving.Soon();
        Assert.True(best < bytes, $"{best} bytes an operation");
    }

    [Theory]
    [Engines(false)]
    [Engines(true)]
    public async Task Outbox_SteadyState_AllocatesNothing(string engine, bool isShared)
    {
        await using var server = Server.Listen(0, new ServerOptions { Connection = Engines.On(engine) });
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.Connect(server.LocalEndPoint);
        await using var connection = await server.AcceptAsync().Soon();
        var (outbox, message) = (connection.Outbox, new byte[64]);
        var best = LeastAllocated(client, message.Length, () => Assert.True(isShared ? outbox.TryPostShared(message) : outbox.TryPost(message)));

        client.Close();
        Assert.True(best < 1, $"{best} bytes a message");
    }

    [Theory]
    [Engines("lines")]
    [Engines("two big")]
    public async Task Frames_SteadyState_AllocateNothing(string engine, string format)
    {
        await using var server = Server.Listen(0, new ServerOptions { Connection = Engines.On(engine) });
        var frames = FrameFormats.Get(format);
        var serving = server.ServeAsync((connection, token) => EchoAsync(connection, frames, token));
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.Connect(server.LocalEndPoint);
        var message = FrameFormats.Encode(frames, [new byte[64]]);
        var best = LeastAllocated(client, message.Length, () => client.Send(message));

        client.Close();
        await server.StopAsync().Soon();
        await serving.Soon();
        Assert.True(best < 1, $"{best} bytes a frame");
    }

    // Bytes an operation, which is over when its answer is there. The process allocates for itself now and then (tiered compilation, the pool's own bookkeeping): the best of three tells what we do.
    private static double LeastAllocated(Socket client, int answer, Action ask)
    {
        var buffer = new byte[answer];
        var least = double.MaxValue;
        for (var run = 0; run < 4; run++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            for (var i = 0; i < Operations; i++)
            {
                ask();
                for (var received = 0; received < buffer.Length;)
                    received += client.Receive(buffer);
            }

            if (run > 0)
                least = Math.Min(least, (GC.GetTotalAllocatedBytes(precise: true) - before) / (double)Operations);
        }

        return least;
    }

    private static async Task EchoAsync(Connection connection, FrameFormat format, CancellationToken cancellationToken)
    {
        using var frames = new FrameReader(connection.Input, format);
        while (await frames.WaitToReadAsync(cancellationToken))
        {
            while (frames.TryRead(out var frame))
                connection.Output.WriteFrame(format, frame.FirstSpan);
            await connection.Output.FlushAsync(cancellationToken);
        }
    }
}
