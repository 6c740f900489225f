using System.Text;

namespace Net.Async.Tests.Contract;

/// <summary>What a stop is for every handler and every client. The page shows this table, and every transport has the same.</summary>
public class StopTableTests : LeakCheck
{
    [Theory, Transports]
    public async Task StopAsync_EveryHandlerByEveryClient_IsAsVerified(string name)
    {
        var transport = Transport.Get(name);
        var table = new StringBuilder("| handler | client | the stop takes | the client sees | `StopResult` | `HandlerFailures` |\n|---|---|---|---|---|---|\n");
        foreach (var handler in StopHandler.All)
        {
            var rows = StopClient.Kinds.Select(client => new StopRow(handler, client)).ToArray();
            Append(table, handler.Name, rows, await PlayAsync(rows, transport, together: !handler.Blocks));
        }

        await Verifier.Verify(table.ToString());
    }

    [Fact]
    public void Page_Table_IsTheVerifiedOne()
    {
        var verified = File.ReadAllText(Path.Combine(SourceTree.Root, "test/Net.Async.Tests/Contract", $"{nameof(StopTableTests)}.{nameof(StopAsync_EveryHandlerByEveryClient_IsAsVerified)}.verified.txt"));

        Assert.Contains(verified.ReplaceLineEndings("\n"), File.ReadAllText(Path.Combine(SourceTree.Root, "docs/serving.md")).ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    // One after the other where handlers hold threads: together they would hold every thread of a small machine.
    private static async Task<StopOutcome[]> PlayAsync(StopRow[] rows, Transport transport, bool together)
    {
        if (together)
            return await Task.WhenAll(rows.Select(row => row.PlayAsync(transport)));
        var outcomes = new List<StopOutcome>();
        foreach (var row in rows)
            outcomes.Add(await row.PlayAsync(transport));
        return [.. outcomes];
    }

    // Clients with the same outcome share their line.
    private static void Append(StringBuilder table, string handler, StopRow[] rows, StopOutcome[] outcomes)
    {
        foreach (var alike in rows.Zip(outcomes).GroupBy(static one => one.Second, static one => one.First.Client))
        {
            var (reads, result, failures) = alike.Key;
            table.Append($"| {handler} | {string.Join("; ", alike)} | {alike.Key.Takes} | {reads} | {result.Finished} finished, {result.Aborted} aborted | {failures} |\n");
        }
    }
}
