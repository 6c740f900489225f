using System.Net.Sockets;

namespace Net.Async.Tests.Connections;

/// <summary>What comes at the very moment in which a read is in its call of the transport.</summary>
public class ReadRaceTests
{
    private readonly HookedStream _stream = new();

    [Fact]
    public async Task Complete_WhileAReadBeginsToWait_EndsTheRead()
    {
        await using var connection = Connection.FromTransport(_stream);
        OnFirstWait(() => connection.Input.Complete());

        await Assert.ThrowsAsync<InvalidOperationException>(async () => await connection.Input.ReadAsync().AsTask().Soon());
    }

    [Fact]
    public async Task Complete_WhileADirectReceiveIsInItsCall_EndsTheReceive()
    {
        await using var connection = Connection.FromTransport(_stream);
        _stream.OnReceive = _ =>
        {
            connection.Input.Complete();
            return TransportResult.WouldBlock;
        };

        await Assert.ThrowsAsync<InvalidOperationException>(async () => await connection.ReceiveAsync(new byte[1]).AsTask().Soon());
    }

    [Fact]
    public async Task CancelAndComplete_WhileAReadBeginsToWait_LeaveTheReaderCompleted()
    {
        await using var connection = Connection.FromTransport(_stream);
        OnFirstWait(() =>
        {
            connection.Input.CancelPendingRead();
            connection.Input.Complete();
        });

        await Assert.ThrowsAsync<InvalidOperationException>(async () => await connection.Input.ReadAsync().AsTask().Soon());
        Assert.Equal(ConnectionState.WriteOnly, connection.State);
    }

    [Fact]
    public async Task Complete_WhileATryReadIsInItsCall_LeavesTheReaderCompleted()
    {
        await using var connection = Connection.FromTransport(_stream);
        _stream.OnReceive = _ =>
        {
            connection.Input.CancelPendingRead();
            connection.Input.Complete();
            return TransportResult.WouldBlock;
        };

        Assert.Throws<InvalidOperationException>(() => connection.Input.TryRead(out _));
        Assert.Equal(ConnectionState.WriteOnly, connection.State);
    }

    private void OnFirstWait(Action act) => _stream.OnWait = () =>
    {
        _stream.OnWait = static () => new(new TaskCompletionSource<SocketError>().Task);
        act();
        return new(new TaskCompletionSource<SocketError>().Task);
    };
}
