namespace Net.Async.Tests.Connections;

/// <summary>The chat of docs/connections.md, as the page has it.</summary>
public class ManyWritersProgramTests : LeakCheck
{
    [Fact]
    public async Task Page_ManyWriters_IsAChat()
    {
        using var stop = new CancellationTokenSource();
        await using var server = Server.Listen(0);
        var program = DocsCodeTests.RunAsync("connections.md", "Many writers", server, stop.Token);
        await using var one = await Connection.ConnectAsync(server.LocalEndPoint);
        await one.WriteAsync("here\n").Soon();
        Assert.EndsWith(": here", await one.ReadLineAsync().Soon(), StringComparison.Ordinal);
        await using var other = await Connection.ConnectAsync(server.LocalEndPoint);
        await other.WriteAsync("hello\n").Soon();

        Assert.EndsWith(": hello", await one.ReadLineAsync().Soon(), StringComparison.Ordinal);
        Assert.EndsWith(": hello", await other.ReadLineAsync().Soon(), StringComparison.Ordinal);
        await stop.CancelAsync();
        await Task.WhenAny(program).Soon();
        await server.StopAsync(TimeSpan.FromSeconds(1)).Soon();
    }
}
