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

    [Fact]
    public async Task DetachTransport_RefusedDuringTheLastReceive_LeavesTheReader()
    {
        using var isIn = new ManualResetEventSlim();
        using var goesOut = new ManualResetEventSlim();
        var readable = new TaskCompletionSource<SocketError>();
        _stream.OnWait = () => new(readable.Task);
        _stream.OnReceive = _ =>
        {
            isIn.Set();
            goesOut.Wait();
            return TransportResult.WouldBlock;
        };
        await using var connection = Connection.FromTransport(_stream);
        var first = connection.Input.ReadAsync().AsTask();
        var receiving = Task.Run(() => readable.SetResult(SocketError.Success));
        isIn.Wait(TimeSpan.FromSeconds(20));
        var again = new TaskCompletionSource<SocketError>();
        _stream.OnWait = () => new(again.Task);
        connection.Input.CancelPendingRead();
        Assert.True((await first.Soon()).IsCanceled);
        connection.Input.AdvanceTo(default);
        var detaching = Task.Run(connection.DetachTransport);
        await Task.Delay(100);
        var second = connection.Input.ReadAsync().AsTask();
        await Assert.ThrowsAsync<InvalidOperationException>(() => detaching.Soon());
        goesOut.Set();
        await receiving.Soon();

        _stream.OnReceive = static buffer =>
        {
            buffer[0] = 7;
            return TransportResult.Of(1);
        };
        again.SetResult(SocketError.Success);

        Assert.Equal(1, (await second.Soon()).Buffer.Length);
        connection.Input.Complete();
    }

    [Fact]
    public async Task DetachTransport_TheParkedWaitTakesAnError_TheNextOwnerReadsIt()
    {
        var wait = new TaskCompletionSource<SocketError>();
        _stream.OnWait = () => new(wait.Task);
        await using var connection = Connection.FromTransport(_stream);
        var first = connection.Input.ReadAsync().AsTask();
        connection.Input.CancelPendingRead();
        Assert.True((await first.Soon()).IsCanceled);
        connection.Input.AdvanceTo(default);
        await using var second = Connection.FromTransport(connection.DetachTransport().Stream);
        var reading = second.Input.ReadAsync().AsTask();
        // A transport whose error was taken says nothing but the end.
        _stream.OnReceive = static _ => TransportResult.Of(0);

        wait.SetResult(SocketError.ConnectionReset);

        Assert.Equal(ConnectionError.Reset, (await Assert.ThrowsAsync<ConnectionException>(() => reading.Soon())).Error);
    }

    private void OnFirstWait(Action act) => _stream.OnWait = () =>
    {
        _stream.OnWait = static () => new(new TaskCompletionSource<SocketError>().Task);
        act();
        return new(new TaskCompletionSource<SocketError>().Task);
    };
}
