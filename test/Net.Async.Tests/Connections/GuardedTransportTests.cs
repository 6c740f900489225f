using System.Net.Sockets;

namespace Net.Async.Tests.Connections;

/// <summary>Transports from outside that break their contract: the connection fails with what they did, and nothing hangs.</summary>
public class GuardedTransportTests : LeakCheck
{
    [Theory]
    [InlineData(nameof(TransportStream.TryReceive))]
    [InlineData(nameof(TransportStream.WaitReadableAsync))]
    [InlineData("wrong count")]
    public async Task Read_TransportThrows_FailsWithItsException(string member)
    {
        var stream = new ThrowingStream(member);
        await using var connection = Connection.FromTransport(stream);

        var error = await Assert.ThrowsAsync<ConnectionException>(async () => await connection.Input.ReadAsync().AsTask().Soon());

        Assert.IsType<InvalidOperationException>(error.InnerException);
        Assert.Same(error.InnerException, connection.CloseReason!.Exception);
        Assert.Contains(member == "wrong count" ? "a count of" : member, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(nameof(TransportStream.TrySend))]
    [InlineData(nameof(TransportStream.SendAsync))]
    public async Task Write_TransportThrows_FailsWithItsException(string member)
    {
        var stream = new ThrowingStream(member);
        await using var connection = Connection.FromTransport(stream);

        var error = await Assert.ThrowsAsync<ConnectionException>(async () =>
        {
            await connection.Output.WriteAsync(new byte[10]).AsTask().Soon();
            await connection.CloseAsync().Soon();
        });

        Assert.IsType<InvalidOperationException>(error.InnerException);
    }

    [Fact]
    public async Task Close_EndOfSendingThrows_IsTheReason()
    {
        await using var connection = Connection.FromTransport(new ThrowingStream(nameof(TransportStream.EndSendingAsync)));

        await connection.Output.WriteAsync(new byte[10]);
        // Every byte was taken: the close has lost nothing.
        await connection.CloseAsync().Soon();

        Assert.IsType<InvalidOperationException>(connection.CloseReason!.Exception);
    }

    [Fact]
    public async Task Close_TransportThrows_ClosesAllTheSame()
    {
        var connection = Connection.FromTransport(new ThrowingStream(nameof(TransportStream.Close)));

        connection.Abort();
        await connection.DisposeAsync().AsTask().Soon();

        Assert.Equal(ConnectionError.Aborted, connection.CloseReason!.Error);
    }

    [Fact]
    public void Abort_ResetThrows_ClosesInstead()
    {
        var stream = new ThrowingStream(nameof(TransportStream.Reset));

        Connection.FromTransport(stream).Abort();

        Assert.True(stream.IsClosed);
    }

    private sealed class ThrowingStream(string member) : TransportStream
    {
        public override TransportResult TryReceive(Span<byte> buffer) =>
            member == "wrong count" ? TransportResult.Of(buffer.Length + 1) : Or(nameof(TryReceive), member == nameof(WaitReadableAsync) ? TransportResult.WouldBlock : TransportResult.Of(0));

        public override ValueTask<SocketError> WaitReadableAsync() => Or(nameof(WaitReadableAsync), new ValueTask<SocketError>(SocketError.Success));

        public override TransportResult Peek() => Or(nameof(Peek), TransportResult.WouldBlock);

        public override TransportResult TrySend(ReadOnlySpan<byte> bytes) =>
            Or(nameof(TrySend), member == nameof(SendAsync) ? TransportResult.WouldBlock : TransportResult.Of(bytes.Length));

        public override ValueTask<SocketError> SendAsync(ReadOnlyMemory<byte> bytes) => Or(nameof(SendAsync), new ValueTask<SocketError>(SocketError.Success));

        public override ValueTask<SocketError> EndSendingAsync() => Or(nameof(EndSendingAsync), new ValueTask<SocketError>(SocketError.Success));

        public override void Close() => IsClosed = Or(nameof(Close), true);

        public override void Reset() => Or(nameof(Reset), true);

        public bool IsClosed { get; private set; }

        private T Or<T>(string called, T result) => called == member ? throw new InvalidOperationException($"{called} is broken.") : result;
    }
}
