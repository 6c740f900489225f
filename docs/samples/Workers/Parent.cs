using Net.Async;

namespace Workers;

/// <summary>Runs both ways, a table each.</summary>
internal static class Parent
{
    // 200 clients for two workers of 60: some have to wait until there is room.
    private const int WorkerCount = 2, Limit = 60;

    public static async Task<int> RunAsync()
    {
        Console.WriteLine($"{"mode",-13}{"worker",10}{"connections",13}{"requests",10}{"moved on",10}{"at once",9}{"failed",8}");
        return await RunAsync(exclusive: false) + await RunAsync(exclusive: true) == 0 ? 0 : 1;
    }

    private static async Task<int> RunAsync(bool exclusive)
    {
        var dispatcher = new Dispatcher(Limit);
        var workers = new List<WorkerProcess>();
        try
        {
            for (var i = 0; i < WorkerCount; i++)
                workers.Add(dispatcher.AddWorker());
            await using var server = Server.Listen(0, new ServerOptions { Stop = { Timeout = TimeSpan.FromSeconds(10) } });
            var dispatching = exclusive ? GiveListenerAsync(server, workers) : dispatcher.RunAsync(server);
            // A worker that answers has started, and taken what was sent before.
            foreach (var worker in workers)
                await worker.AskAsync();
            var (byWorker, failures) = await Clients.RunAsync(server.LocalEndPoint);
            await server.StopAsync();
            await dispatching;

            // Across processes there is no counter but the workers' own: the parent adds up.
            var open = 0;
            foreach (var worker in workers)
            {
                var counts = await worker.AskAsync();
                open += counts.Open;
                Print(exclusive ? "exclusive" : "round robin", worker.Id.ToString(), counts.Connections, byWorker.GetValueOrDefault(worker.Id), null);
            }

            Print("", "all", Clients.Count, byWorker.Values.Sum(), failures.Count, exclusive ? null : dispatcher);
            foreach (var failure in failures.Take(3))
                Console.Error.WriteLine(failure);
            var missing = Clients.Count * Clients.Requests - byWorker.Values.Sum();
            return failures.Count + missing;
        }
        finally
        {
            foreach (var worker in workers)
                await worker.DisposeAsync();
        }
    }

    // Each accepts on its own from here on; this process has none of it any more.
    private static async Task GiveListenerAsync(Server server, IEnumerable<WorkerProcess> workers)
    {
        foreach (var worker in workers)
            await worker.GiveAsync(server);
        await server.StopAsync();
    }

    private static void Print(string mode, string worker, int connections, int requests, int? failed, Dispatcher? dispatcher = null) =>
        Console.WriteLine($"{mode,-13}{worker,10}{connections,13}{requests,10}{dispatcher?.MovedOn,10}{dispatcher?.MostAtOnce,9}{failed,8}");
}
