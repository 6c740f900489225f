namespace Net.Async.Tests.Loopback;

/// <summary>The main job of the README, as a newcomer runs it.</summary>
public class EchoSampleTests
{
    [Fact]
    public async Task SelfTest_EveryTransport_HasNoErrors()
    {
        await using var echo = Child.Start("dotnet", Path.Combine(AppContext.BaseDirectory, "Echo.dll"));
        var table = await echo.Output.ReadToEndAsync();
        Assert.Equal(0, await echo.WaitForExitAsync());
        var rows = table.Split('\n', StringSplitOptions.RemoveEmptyEntries)[1..].Select(row => row.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToList();
        Assert.Equal(OperatingSystem.IsLinux() ? ["tcp4", "tcp6", "unix", "abstract", "pipe"] : ["tcp4", "tcp6", "unix", "pipe"], rows.Select(row => row[0]));
        Assert.All(rows, row => Assert.Equal(("101", "0"), (row[^2], row[^1])));
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("127.0.0.1:99999")]
    public async Task Listen_BadEndPoint_SaysHowAndExits2(string endPoint)
    {
        await using var echo = Child.Start("dotnet", Path.Combine(AppContext.BaseDirectory, "Echo.dll"), "--listen", endPoint);
        Assert.Equal(2, await echo.WaitForExitAsync());
    }
}
