using Net.Async;

namespace Worker;

/// <summary>Answers each line with itself.</summary>
internal sealed class LineHandler : IConnectionHandler
{
    public async Task HandleAsync(Connection connection, CancellationToken stopping)
    {
        // The token ends a wait for a request, and never an answer.
        while (await connection.ReadLineAsync(stopping) is { } line)
            await connection.WriteLineAsync(line, CancellationToken.None);
    }
}
