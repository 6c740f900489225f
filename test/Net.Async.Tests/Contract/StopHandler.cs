namespace Net.Async.Tests.Contract;

/// <summary>A handler that greets, echoes until its client ends, and then still works; what it does when it is asked to stop is its row of the table.</summary>
internal sealed class StopHandler
{
    private readonly Func<Connection, CancellationToken, CancellationToken>? _choose;

    private StopHandler(string name, bool ignores, Func<Connection, CancellationToken, CancellationToken>? choose) => (Name, Ignores, _choose) = (name, ignores, choose);

    public static IReadOnlyList<StopHandler> All { get; } =
    [
        new("passes its token", ignores: false, static (_, token) => token),
        new("passes `connection.Stopping`", ignores: false, static (connection, _) => connection.Stopping),
        new("links both", ignores: false, static (connection, token) => CancellationTokenSource.CreateLinkedTokenSource(connection.Stopping, token).Token),
        new("passes neither", ignores: true, static (_, _) => CancellationToken.None),
        new("blocks its thread", ignores: true, choose: null),
    ];

    public string Name { get; }

    /// <summary>Only the deadline ends the stop.</summary>
    public bool Ignores { get; }

    public bool Blocks => _choose is null;

    public async Task RunAsync(Connection connection, StopWork work, CancellationToken token)
    {
        await WriteAsync(connection, "welcome"u8.ToArray(), work);
        if (_choose is null)
        {
            work.Block();
            return;
        }

        var chosen = _choose(connection, token);
        await EchoAsync(connection, work, chosen);
        await work.ContinueAfterTheEndAsync(chosen);
    }

    // A wait for the next request may be given up, an answer may not.
    private static async Task EchoAsync(Connection connection, StopWork work, CancellationToken token)
    {
        while (await connection.Input.ReadAsync(token) is { Buffer.IsEmpty: false } read)
        {
            foreach (var piece in read.Buffer)
                await WriteAsync(connection, piece, work);
            connection.Input.AdvanceTo(read.Buffer.End);
        }
    }

    private static async Task WriteAsync(Connection connection, ReadOnlyMemory<byte> bytes, StopWork work)
    {
        if (!(await connection.Output.WriteAsync(bytes, CancellationToken.None)).IsCompleted)
            work.Written += bytes.Length;
    }
}
