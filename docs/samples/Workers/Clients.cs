using System.Collections.Concurrent;
using System.Net;
using Net.Async;

namespace Workers;

/// <summary>Clients that ask several times and end. None begins before all are there, however fast the machine is.</summary>
internal static class Clients
{
    public const int Count = 200, Requests = 5;

    /// <summary>How many requests each worker has answered, and what failed.</summary>
    public static async Task<(IReadOnlyDictionary<int, int> ByWorker, IReadOnlyList<string> Failures)> RunAsync(EndPoint endPoint)
    {
        var byWorker = new ConcurrentDictionary<int, int>();
        var failures = new ConcurrentQueue<string>();
        var connections = await Task.WhenAll(Enumerable.Range(0, Count).Select(_ => Connection.ConnectAsync(endPoint)));
        await Task.WhenAll(connections.Select(async (connection, client) =>
        {
            await using var _ = connection;
            try
            {
                for (var i = 0; i < Requests; i++)
                {
                    byWorker.AddOrUpdate(await Protocol.AskAsync(connection, client * 1000L + i), 1, static (_, count) => count + 1);
                    await Task.Delay(20);
                }
            }
            catch (Exception exception) when (exception is IOException or InvalidDataException)
            {
                failures.Enqueue(exception.Message);
            }
        }));
        return (byWorker, [.. failures]);
    }
}
