using System.Collections.Concurrent;
using System.Net;
using Net.Async.Testing;

namespace Net.Async.Tests.Resilience;

/// <summary>A connector that does what it was told: one step an attempt, the last one for all that follow.</summary>
internal sealed class ScriptedConnector(params Func<CancellationToken, Task<Connection>>[] steps) : Connector
{
    private int _attempts;

    public int Attempts => Volatile.Read(ref _attempts);

    /// <summary>Every connection that was made.</summary>
    public ConcurrentQueue<Connection> Made { get; } = new();

    public static Func<CancellationToken, Task<Connection>> Fails(ConnectionError error) => _ => throw new ConnectionException(error, $"scripted {error}.");

    public static Func<CancellationToken, Task<Connection>> Fails(Exception exception) => _ => Task.FromException<Connection>(exception);

    /// <summary>Silent until cancelled.</summary>
    public static Func<CancellationToken, Task<Connection>> Waits { get; } = static async token =>
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, token);
        throw new InvalidOperationException("Unreachable.");
    };

    public static Func<CancellationToken, Task<Connection>> Connects { get; } = static _ => Task.FromResult(MemoryNetwork.CreatePair().Client);

    public override async Task<Connection> ConnectAsync(EndPoint endPoint, CancellationToken cancellationToken = default)
    {
        var attempt = Interlocked.Increment(ref _attempts);
        var connection = await steps[Math.Min(attempt, steps.Length) - 1](cancellationToken);
        Made.Enqueue(connection);
        return connection;
    }
}
