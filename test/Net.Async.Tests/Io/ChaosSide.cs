using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.IO.Pipelines;

namespace Net.Async.Tests.Io;

/// <summary>One side of a chaos connection: writes its bytes, reads and checks the other's, and breaks things when it is told to.</summary>
internal sealed class ChaosSide(int seed, bool breaks)
{
    private readonly Random _random = new(seed);
    private Connection? _connection;
    private int _closed;
    private int _peerClosed;

    public bool Breaks => breaks;

    public long Sent { get; private set; }

    public long Received { get; private set; }

    /// <summary>Sends that were cancelled before anything had gone, and were made again.</summary>
    public int SentAgain { get; private set; }

    /// <summary>A send was cancelled half-way: that ends the connection, as it says.</summary>
    public bool IsCutOff { get; private set; }

    /// <summary>What must not have happened.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Reads whose connection it is, and plays its server.</summary>
    public static async Task HandlerOf(Connection connection, ConcurrentDictionary<int, ChaosPlay> waiting)
    {
        var name = await connection.Input.ReadAtLeastAsync(4).ConfigureAwait(false);
        if (name.Buffer.Length < 4)
            return;
        Span<byte> number = stackalloc byte[4];
        name.Buffer.Slice(0, 4).CopyTo(number);
        connection.Input.AdvanceTo(name.Buffer.GetPosition(4));
        if (waiting.TryRemove(BinaryPrimitives.ReadInt32LittleEndian(number), out var play))
            await play.ServeAsync(connection).ConfigureAwait(false);
    }

    /// <summary>Where it stands, for a play that does not end.</summary>
    public override string ToString() => $"{Sent} bytes sent, {Received} received, {_connection?.State}, {_connection?.BytesWritten} written, {_connection?.UnflushedBytes} unflushed"
        + $"{(breaks ? ", breaks" : "")}{(IsCutOff ? ", cut off" : "")}";

    public async Task RunAsync(Connection connection)
    {
        _connection = connection;
        connection.Closed.Register(() => Interlocked.Increment(ref _closed));
        connection.PeerClosed.Register(() => Interlocked.Increment(ref _peerClosed));
        var size = _random.Next(3) == 0 ? _random.Next(2_000_000) : _random.Next(5_000);
        // Each task draws from its own numbers: one Random is not for several.
        var (forWriter, forReader, forBreaker) = (new Random(_random.Next()), new Random(_random.Next()), new Random(_random.Next()));
        await Task.WhenAll(Quiet(WriteAsync(connection, size, forWriter)), Quiet(ReadAsync(connection, forReader)), breaks ? Quiet(BreakAsync(connection, forBreaker)) : Task.CompletedTask).ConfigureAwait(false);
    }

    public async Task CheckEndAsync(Connection connection)
    {
        var reason = connection.CloseReason;
        Assert.NotNull(reason);
        Assert.Equal(ConnectionState.Closed, connection.State);
        // Not on this thread: the callbacks need one of the pool's, too.
        await Eventually.IsAsync(() => Volatile.Read(ref _closed) == 1 && Volatile.Read(ref _peerClosed) == 1, () => $"Closed {_closed} times, PeerClosed {_peerClosed} times").ConfigureAwait(false);
        connection.Abort();
        Assert.Same(reason, connection.CloseReason);
    }

    private async Task WriteAsync(Connection connection, int size, Random random)
    {
        while (Sent < size)
        {
            var piece = new byte[Math.Min(size - Sent, random.Next(1, random.Next(4) == 0 ? 300_000 : 3_000))];
            for (var i = 0; i < piece.Length; i++)
                piece[i] = (byte)((Sent + i) * 31 >> 3);
            Sent += piece.Length;
            if (!await SendAsync(connection, piece, random))
                return;
        }

        await connection.Output.CompleteAsync();
    }

    // False when the connection takes nothing more.
    private async ValueTask<bool> SendAsync(Connection connection, byte[] piece, Random random)
    {
        switch (random.Next(4))
        {
            case 0:
                return !(await connection.Output.WriteAsync(piece)).IsCompleted;
            case 1:
                connection.Output.Write(piece);
                return !(await connection.Output.FlushAsync()).IsCompleted;
            default:
                await SendCancelledAsync(connection, piece, random);
                return true;
        }
    }

    // What was sent is not sent again, and what was not is: the peer counts.
    private async ValueTask SendCancelledAsync(Connection connection, byte[] piece, Random random)
    {
        while (true)
        {
            // A flush that was cancelled has left bytes in the pipe, behind which a send is refused.
            while (connection.UnflushedBytes > 0 && !(await connection.Output.FlushAsync().ConfigureAwait(false)).IsCompleted)
            {
            }

            using var cancel = new CancellationTokenSource();
            var sending = connection.SendAsync(piece, cancel.Token).AsTask();
            // A large one is mostly cut off half-way, which ends the connection: not each of them.
            if (piece.Length < 3_000 || random.Next(8) == 0)
            {
                Thread.SpinWait(random.Next(3_000));
                await cancel.CancelAsync().ConfigureAwait(false);
            }

            try
            {
                await sending.ConfigureAwait(false);
                return;
            }
            catch (OperationCanceledException) when (connection.CloseReason is null)
            {
                SentAgain++;
            }
            catch (OperationCanceledException)
            {
                IsCutOff = true;
                throw;
            }
        }
    }

    private async Task ReadAsync(Connection connection, Random random)
    {
        while (true)
        {
            var result = await connection.Input.ReadAsync();
            // Sometimes a part is taken. All is examined each time: less than before is not allowed.
            var take = random.Next(4) == 0 ? random.NextInt64(result.Buffer.Length + 1) : result.Buffer.Length;
            Check(result.Buffer.Slice(0, take));
            connection.Input.AdvanceTo(result.Buffer.GetPosition(take), result.Buffer.End);
            if (random.Next(2_000) == 0)
                Thread.Sleep(3);
            if (result.IsCompleted && take == result.Buffer.Length)
                return;
        }
    }

    private void Check(ReadOnlySequence<byte> bytes)
    {
        foreach (var piece in bytes)
        {
            foreach (var value in piece.Span)
            {
                if (value != (byte)(Received * 31 >> 3))
                    Failure ??= new InvalidDataException($"Byte {Received} is another.");
                Received++;
            }
        }
    }

    private static async Task BreakAsync(Connection connection, Random random)
    {
        for (var i = random.Next(3); i >= 0; i--)
        {
            if (random.Next(2) == 0)
                await Task.Delay(random.Next(3));
            else
                Thread.SpinWait(random.Next(20_000));
            switch (random.Next(7))
            {
                case 0:
                    connection.Abort(new InvalidDataException("chaos"));
                    break;
                case 1:
                    await connection.DisposeAsync();
                    break;
                case 2:
                    connection.Input.CancelPendingRead();
                    break;
                case 3:
                    connection.Output.CancelPendingFlush();
                    break;
                case 4:
                    await connection.CloseAsync(new CancellationTokenSource(1).Token);
                    break;
                case 5:
                    connection.Output.Complete();
                    break;
                default:
                    connection.Socket?.Close(0);
                    break;
            }
        }
    }

    // What may come out of a connection that is broken; anything else is kept.
    private async Task Quiet(Task work)
    {
        try
        {
            await work.ConfigureAwait(false);
        }
        catch (Exception exception) when (breaks && exception is InvalidOperationException)
        {
            // The breaker has completed the writer.
        }
        catch (Exception exception) when (exception is ConnectionException or OperationCanceledException)
        {
            // One of the sides has broken it; where none has, the bytes that did not come tell.
        }
        catch (Exception exception)
        {
            Failure ??= exception;
        }
    }
}
