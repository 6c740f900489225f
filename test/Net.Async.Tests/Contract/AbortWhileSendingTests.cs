namespace Net.Async.Tests.Contract;

/// <summary>A client sends while it reads, and the server aborts: one of the two calls hears the reset first, and the other must not take it for an end.</summary>
public class AbortWhileSendingTests : LeakCheck
{
    private const int Rounds = 100, AbortsAt = 20_000;

    [Theory, Transports(ConnectionCapabilities.Reset)]
    public async Task Abort_ClientReadsAndSends_ReadsAReset(string name)
    {
        var seen = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var transport = Transport.Get(name);
        await using var server = transport.Listen();
        for (var i = 0; i < Rounds; i++)
        {
            var accepting = server.AcceptAsync();
            await using var connection = await transport.ConnectAsync(server);
            await using var accepted = await accepting.Soon();
            var echo = EchoAsync(accepted);
            var writing = WriteAsync(connection);
            var read = await ReadAsync(connection, accepted).Soon();
            var outcome = $"read: {read}, write: {await writing.Soon()}, reason: {connection.CloseReason?.Error}";
            seen[outcome] = seen.GetValueOrDefault(outcome) + 1;
            await echo.Soon();
        }

        Assert.Equal([$"read: Reset, write: Reset, reason: Reset: {Rounds}"], seen.Select(static one => $"{one.Key}: {one.Value}"));
    }

    private static async Task EchoAsync(Connection connection)
    {
        try
        {
            await connection.Input.CopyToAsync(connection.Output);
        }
        catch (ConnectionException)
        {
            // Aborted.
        }
    }

    private static async Task<string> WriteAsync(Connection connection)
    {
        await Task.Yield();
        try
        {
            while (!(await connection.Output.WriteAsync(new byte[4096])).IsCompleted)
                await Task.Yield();
            return "end";
        }
        catch (ConnectionException exception)
        {
            return exception.Error.ToString();
        }
    }

    private static async Task<string> ReadAsync(Connection connection, Connection server)
    {
        await Task.Yield();
        try
        {
            long received = 0;
            while (await connection.Input.ReadAsync() is { Buffer.IsEmpty: false } read)
            {
                var before = received;
                received += read.Buffer.Length;
                connection.Input.AdvanceTo(read.Buffer.End);
                if (before < AbortsAt && received >= AbortsAt)
                    server.Abort();
            }

            return "end";
        }
        catch (ConnectionException exception)
        {
            return exception.Error.ToString();
        }
    }
}
