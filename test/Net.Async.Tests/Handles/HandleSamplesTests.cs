using Net.Async.Tests.Loopback;

namespace Net.Async.Tests;

/// <summary>The two samples of several processes, as a newcomer runs them.</summary>
public class HandleSamplesTests
{
    [LinuxFact]
    public async Task Workers_BothModes_ServeAllRequestsByBothWorkers()
    {
        await using var workers = Child.Start("dotnet", Path.Combine(AppContext.BaseDirectory, "Workers.dll"));
        var table = await workers.Output.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(60));
        Assert.True(await workers.WaitForExitAsync() == 0, table);

        var rows = Rows(table);
        Assert.Equal(6, rows.Count);
        Assert.Equal(["all", "200", "1000"], rows[2][..3]);
        Assert.Equal(["all", "200", "1000"], rows[5][..3]);
        // Round robin: as good as half each, and at times more than one of them may have.
        Assert.All(rows[..2], static row => Assert.InRange(int.Parse(row[^2], null), 50, 150));
        Assert.InRange(int.Parse(rows[2][4], null), 61, 120);
    }

    [LinuxFact]
    public async Task Takeover_ClientsAllTheTime_FailNoRequestAndBothVersionsServe()
    {
        await using var takeover = Child.Start("dotnet", Path.Combine(AppContext.BaseDirectory, "Takeover.dll"));
        var table = await takeover.Output.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(60));
        Assert.True(await takeover.WaitForExitAsync() == 0, table);

        var rows = Rows(table);
        Assert.Equal(["v1", "v2"], rows[..2].Select(static row => row[0]));
        Assert.All(rows[..2], static row => Assert.Equal(row[2], row[3]));
        Assert.Equal("0", rows[2][^1]);
    }

    private static List<string[]> Rows(string table) =>
        [.. table.Split('\n', StringSplitOptions.RemoveEmptyEntries)[1..].Select(static row => row.Split(' ', StringSplitOptions.RemoveEmptyEntries))];
}
