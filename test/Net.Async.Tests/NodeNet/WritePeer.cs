using System.IO.Pipes;
using System.Net;
using System.Net.Sockets;

namespace Net.Async.Tests.NodeNet;

/// <summary>The other end of a connection, as bare as the transport has it.</summary>
internal abstract class WritePeer : IDisposable
{
    /// <summary>An abort can be told from an end.</summary>
    public virtual bool HasReset => false;

    public static async Task<WritePeer> ConnectAsync(EndPoint endPoint, int receiveBuffer)
    {
        if (endPoint is NamedPipeEndPoint named)
        {
            var pipe = new NamedPipeClientStream(".", named.PipeName, PipeDirection.InOut, PipeOptions.Asynchronous);
            await pipe.ConnectAsync();
            return new OfStream(pipe, hasReset: false);
        }

        var isTcp = endPoint is IPEndPoint;
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, isTcp ? ProtocolType.Tcp : ProtocolType.Unspecified) { ReceiveBufferSize = receiveBuffer };
        await socket.ConnectAsync(endPoint);
        return new OfStream(new NetworkStream(socket, ownsSocket: true), isTcp);
    }

    public static WritePeer Of(Connection connection) => new OfMemory(connection);

    public abstract Task SayAsync(byte[] bytes);

    public abstract void Dispose();

    /// <summary>Reads to the end or the reset: which part of the expected bytes came, and how it ended.</summary>
    public async Task<(string Got, string Ended)> ReadToEndAsync(byte[] expected)
    {
        long got = 0;
        var ended = "end";
        var buffer = new byte[65536];
        try
        {
            while (await ReadAsync(buffer) is var count and > 0)
            {
                Assert.True(got + count <= expected.Length && buffer.AsSpan(0, count).SequenceEqual(expected.AsSpan((int)got, count)), $"other bytes after {got}");
                got += count;
            }
        }
        catch (IOException)
        {
            ended = "reset";
        }

        return (got == expected.Length ? "all" : got == 0 ? "nothing" : "part", ended);
    }

    protected abstract Task<int> ReadAsync(byte[] buffer);

    private sealed class OfStream(Stream stream, bool hasReset) : WritePeer
    {
        public override bool HasReset => hasReset;

        public override Task SayAsync(byte[] bytes) => stream.WriteAsync(bytes).AsTask();

        public override void Dispose() => stream.Dispose();

        protected override Task<int> ReadAsync(byte[] buffer) => stream.ReadAsync(buffer).AsTask();
    }

    private sealed class OfMemory(Connection connection) : WritePeer
    {
        public override bool HasReset => true;

        public override Task SayAsync(byte[] bytes) => connection.Output.WriteAsync(bytes).AsTask();

        public override void Dispose() => _ = connection.DisposeAsync().AsTask();

        protected override Task<int> ReadAsync(byte[] buffer) => connection.ReceiveAsync(buffer).AsTask();
    }
}
