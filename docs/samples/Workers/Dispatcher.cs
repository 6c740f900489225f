using System.Threading.Channels;
using Net.Async;

namespace Workers;

/// <summary>Hands connections to the workers in turn. One that is full sends it back, and it goes to the next: no client is turned away (Node's dropMaxConnection, off).</summary>
internal sealed class Dispatcher(int limit)
{
    private readonly Channel<(Connection Connection, bool CameBack)> _waiting = Channel.CreateBounded<(Connection, bool)>(1024);
    private readonly Channel<bool> _reported = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly List<WorkerProcess> _workers = [];
    private int _next;

    /// <summary>How many came back from a worker that was full.</summary>
    public int MovedOn { get; private set; }

    /// <summary>The most connections that all workers together reported at a time.</summary>
    public int MostAtOnce { get; private set; }

    public WorkerProcess AddWorker()
    {
        var worker = WorkerProcess.Start(limit, connection => _waiting.Writer.WriteAsync((connection, true)), OnReport);
        _workers.Add(worker);
        return worker;
    }

    /// <summary>Until the server stops.</summary>
    public async Task RunAsync(Server server)
    {
        var accepting = AcceptAsync(server);
        await foreach (var (connection, cameBack) in _waiting.Reader.ReadAllAsync())
        {
            MovedOn += cameBack ? 1 : 0;
            await (await NextWithRoomAsync()).GiveAsync(connection);
        }

        await accepting;
    }

    private async Task AcceptAsync(Server server)
    {
        await foreach (var connection in server)
            await _waiting.Writer.WriteAsync((connection, false));
        _waiting.Writer.Complete();
    }

    // By the last reports, which may be late: then the worker sends it back.
    private async Task<WorkerProcess> NextWithRoomAsync()
    {
        while (true)
        {
            for (var i = 0; i < _workers.Count; i++)
            {
                var worker = _workers[_next++ % _workers.Count];
                if (worker.Open < limit)
                    return worker;
            }

            await _reported.Reader.ReadAsync();
        }
    }

    private void OnReport()
    {
        MostAtOnce = Math.Max(MostAtOnce, _workers.Sum(static worker => worker.Open));
        _reported.Writer.TryWrite(true);
    }
}
