using Net.Async;

namespace Worker;

/// <summary>Serves the store: <c>SET key value</c>, <c>GET key</c>, <c>COUNT</c>.</summary>
internal sealed class StoreHandler(Store store) : IConnectionHandler
{
    public async Task HandleAsync(Connection connection, CancellationToken stopping)
    {
        while (await connection.ReadLineAsync(stopping) is { } request)
            await connection.WriteLineAsync(Answer(request), CancellationToken.None);
    }

    private string Answer(string request) => request.Split(' ', 3) switch
    {
        ["SET", var key, var value] => store.TrySet(key, value) ? "OK" : "FULL",
        ["GET", var key] => store.Find(key) is { } value ? $"VALUE {value}" : "NONE",
        ["COUNT"] => $"COUNT {store.Count}",
        _ => "ERROR",
    };
}
