using Net.Async;

namespace Workers;

/// <summary>The child: takes connections, or the listener, from its parent, and ends when the channel does.</summary>
internal sealed class Worker(HandleChannel parent, int limit)
{
    private readonly Lock _lock = new();
    private readonly List<Task> _running = [];
    private Counts _counts;
    private Server? _server;

    public static async Task<int> RunAsync(int limit)
    {
        await using var parent = HandleChannel.FromParent() ?? throw new InvalidOperationException("A worker is started by its parent.");
        await new Worker(parent, limit).RunAsync();
        return 0;
    }

    private async Task RunAsync()
    {
        await foreach (var received in parent.ReceiveAllAsync())
        {
            using (received)
            {
                if (received.Kind == HandleKind.Listener)
                    Accept(received.ToServer());
                else if (received.Kind == HandleKind.Connection)
                    await TakeAsync(received.ToConnection());
                else
                    await parent.SendAsync(Change(0, 0, 0).ToNote());
            }
        }

        // The parent has gone, or wants no more.
        if (_server is not null)
            await _server.DisposeAsync();
        await Task.WhenAll(_running);
    }

    private async Task TakeAsync(Connection connection)
    {
        var counts = Change(0, 0, 0);
        if (counts.Open < limit)
        {
            _running.Add(ServeAndReportAsync(connection, Change(1, 1, 0)));
            return;
        }

        // Not a byte was read: behind the news that this one is full it goes back as it came, and on to the next worker.
        await parent.SendAsync(counts.ToNote());
        await parent.SendAsync(connection);
    }

    private async Task ServeAndReportAsync(Connection connection, Counts atStart)
    {
        await parent.SendAsync(atStart.ToNote());
        await using (connection)
            await ServeAsync(connection, default);
        await parent.SendAsync(Change(-1, 0, 0).ToNote());
    }

    private void Accept(Server server)
    {
        _server = server;
        // A client is served until it ends, also after the stop has begun: the handler does not pass its token on.
        _running.Add(server.ServeAsync(async (connection, _) =>
        {
            Change(1, 1, 0);
            await ServeAsync(connection, CancellationToken.None);
            Change(-1, 0, 0);
        }));
    }

    private async Task ServeAsync(Connection connection, CancellationToken cancellationToken)
    {
        try
        {
            Change(0, 0, await Protocol.ServeAsync(connection, cancellationToken));
        }
        catch (ConnectionException exception)
        {
            // The client's trouble; it counts its own failures.
            Console.Error.WriteLine(exception.Message);
        }
    }

    private Counts Change(int open, int connections, int requests)
    {
        lock (_lock)
            return _counts = new Counts(_counts.Open + open, _counts.Connections + connections, _counts.Requests + requests);
    }
}
