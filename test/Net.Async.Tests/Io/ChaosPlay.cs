using System.Buffers.Binary;
using System.Collections.Concurrent;

namespace Net.Async.Tests.Io;

/// <summary>One connection of the chaos: what each side is to do, and what must be true at the end.</summary>
internal sealed class ChaosPlay
{
    private readonly int _number;
    private readonly ChaosSide _client;
    private readonly ChaosSide _server;
    private readonly TaskCompletionSource _served = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ChaosPlay(Random random, int number)
    {
        _number = number;
        // In most plays one side breaks something.
        var breaks = random.Next(4);
        _client = new ChaosSide(random.Next(), breaks is 1 or 3);
        _server = new ChaosSide(random.Next(), breaks is 2 or 3);
    }

    /// <summary>Sends that were cancelled before anything had gone, and sends that were cut off.</summary>
    public (int SentAgain, int CutOff) Cancelled => (_client.SentAgain + _server.SentAgain, (_client.IsCutOff ? 1 : 0) + (_server.IsCutOff ? 1 : 0));

    public override string ToString() => $"the client: {_client}; the server: {_server}";

    public async Task RunAsync(EngineTestServer house, ConcurrentDictionary<int, ChaosPlay> waiting)
    {
        waiting[_number] = this;
        var connection = await house.ConnectAsync();
        // The first four bytes say whose connection it is; they come before anything is broken.
        var name = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(name, _number);
        await connection.Output.WriteAsync(name);
        await _client.RunAsync(connection);
        await connection.DisposeAsync();
        // Broken before the name had come, it has no server.
        if ((_client.Breaks || _client.IsCutOff) && waiting.TryRemove(_number, out _))
            _served.TrySetResult();
        await _served.Task;
        await _client.CheckEndAsync(connection);
        Check(_client, _server);
        Check(_server, _client);
    }

    public async Task ServeAsync(Connection connection)
    {
        try
        {
            await _server.RunAsync(connection);
            await connection.DisposeAsync();
            await _server.CheckEndAsync(connection);
            _served.TrySetResult();
        }
        catch (Exception exception)
        {
            _served.TrySetException(exception);
        }
    }

    private static void Check(ChaosSide from, ChaosSide to)
    {
        if (from.Failure is { } failure)
            throw failure;
        Assert.True(to.Received <= from.Sent, $"{to.Received} of {from.Sent} bytes came");
        if (!from.Breaks && !to.Breaks && !from.IsCutOff && !to.IsCutOff)
            Assert.Equal(from.Sent, to.Received);
    }
}
