using System.Net.Sockets;

namespace Net.Async.Tests.Connections;

/// <summary>Transports and streams from outside whose results are none: the connection fails with what they did.</summary>
public class BrokenTransportTests
{
    [Theory]
    [InlineData(0, SocketError.Success)]
    [InlineData(1, SocketError.WouldBlock)]
    public async Task Write_CountThatIsNone_Fails(int count, SocketError error)
    {
        var stream = new HookedStream { OnSend = _ => new TransportResult(count, error) };
        await using var connection = Connection.FromTransport(stream);

        var failure = await Assert.ThrowsAsync<ConnectionException>(() => Task.Run(async () => await connection.Output.WriteAsync(new byte[10])).Soon());

        Assert.Contains("a count of", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CloseAsync_ASendHasFailedInTheMiddle_ResetsThePeer()
    {
        var (sends, ends) = (0, new List<string>());
        var stream = new HookedStream
        {
            OnSend = _ => sends++ == 0 ? TransportResult.Of(1) : TransportResult.Of(SocketError.NoBufferSpaceAvailable),
            OnClose = () => ends.Add("close"),
            OnReset = () => ends.Add("reset"),
        };
        var connection = Connection.FromTransport(stream);
        await Assert.ThrowsAsync<ConnectionException>(() => connection.Output.WriteAsync(new byte[10]).Soon());

        await Assert.ThrowsAsync<ConnectionException>(() => connection.CloseAsync().Soon());

        Assert.Equal(["reset"], ends);
    }

    [Fact]
    public async Task Read_BytesWithAnError_Fails()
    {
        var stream = new HookedStream { OnWait = static () => new(SocketError.Success), OnReceive = static _ => new TransportResult(1, SocketError.ConnectionReset) };
        await using var connection = Connection.FromTransport(stream);

        await Assert.ThrowsAsync<ConnectionException>(async () => await connection.Input.ReadAsync().AsTask().Soon());
    }

    [Fact]
    public async Task Send_WithdrawnWithoutACancel_FailsTheConnection()
    {
        var stream = new HookedStream { OnSend = static _ => TransportResult.WouldBlock, OnSendFirst = static () => TransportResult.WouldBlock };
        await using var connection = Connection.FromTransport(stream);

        await Assert.ThrowsAsync<ConnectionException>(async () => await connection.SendAsync(new byte[10]).AsTask().Soon());
    }

    [Theory]
    [InlineData(SocketError.Success)]
    [InlineData(SocketError.WouldBlock)]
    public async Task Read_ThrowsWhatIsNoFailure_IsNoEndAndNoWait(SocketError code)
    {
        await using var connection = Connection.FromTransport(new HookedStream
        {
            OnWait = static () => new(SocketError.Success),
            OnReceive = _ => throw new SocketException((int)code),
        });
        await using var overStream = Connection.FromStream(new ReadingStream(() => throw new IOException("", new SocketException((int)code))));

        await Assert.ThrowsAsync<ConnectionException>(() => Task.Run(async () => await connection.Input.ReadAsync()).Soon());
        await Assert.ThrowsAsync<ConnectionException>(() => Task.Run(async () => await overStream.Input.ReadAsync()).Soon());
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1_000_000)]
    public async Task FromStream_ReadsACountThatIsNone_Fails(int count)
    {
        await using var connection = Connection.FromStream(new ReadingStream(() => new(count)));

        var failure = await Assert.ThrowsAsync<ConnectionException>(() => Task.Run(async () => await connection.Input.ReadAsync()).Soon());

        Assert.Contains($"read {count} bytes", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Abort_AddressCannotBeAskedForAnyMore_EndsTheReadAllTheSame()
    {
        var wait = new TaskCompletionSource<SocketError>(TaskCreationOptions.RunContinuationsAsynchronously);
        var stream = new HookedStream { OnWait = () => new(wait.Task), OnAskRemote = static () => throw new ObjectDisposedException("socket") };
        var connection = Connection.FromTransport(stream);
        var reading = connection.Input.ReadAsync().AsTask();

        connection.Abort();
        wait.SetResult(SocketError.OperationAborted);

        Assert.Equal(ConnectionError.Aborted, (await Assert.ThrowsAsync<ConnectionException>(() => reading.Soon())).Error);
        Assert.Null(connection.RemoteEndPoint);
        await connection.DisposeAsync().AsTask().Soon();
    }

    [Fact]
    public async Task Flush_TransportSendsOnAnotherConnection_EachHasItsPieces()
    {
        var inner = Connection.FromTransport(new HookedStream());
        var outer = Connection.FromTransport(new HookedStream
        {
            OnSend = bytes =>
            {
                WritePieces(inner);
                Assert.True(inner.Output.FlushAsync().AsTask().IsCompletedSuccessfully);
                return TransportResult.Of(bytes.Length);
            },
        });
        WritePieces(outer);

        await outer.Output.FlushAsync().AsTask().Soon();

        Assert.Equal(8192, outer.BytesWritten);
        outer.Abort();
        inner.Abort();
    }

    private static void WritePieces(Connection connection)
    {
        connection.Output.GetMemory(4096);
        connection.Output.Advance(4096);
        connection.Output.GetMemory(4096);
        connection.Output.Advance(4096);
    }

    private sealed class ReadingStream(Func<ValueTask<int>> read) : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => read();
    }
}
