using Microsoft.Win32.SafeHandles;
using Net.Async.Tests.Contract;

namespace Net.Async.Tests.Loopback;

/// <summary>Connecting leaves the process its last descriptors, and says that it does.</summary>
public class ConnectShortageTests : LeakCheck
{
    private const int Limit = 160, Left = 8;

    [Needs("bash")]
    public async Task ConnectAsync_TheLastDescriptorsAreLeft_SaysResourceShortageUntilThereAreMore()
    {
        await using var server = Server.Listen(0);
        var serving = server.ServeAsync(static (connection, token) => connection.Input.CopyToAsync(connection.Output, token));
        await using var client = Child.StartLimited(Limit, "dotnet", typeof(ConnectShortageTests).Assembly.Location, "connect-short-of-descriptors", NetEndPoint.Format(server.LocalEndPoint));
        Assert.Equal("True True ResourceShortage ResourceShortage True", await client.Output.ReadLineAsync().Soon());
        Assert.Equal(0, await client.WaitForExitAsync());
        await server.StopAsync().Soon();
        await serving.Soon();
    }

    /// <summary>In the process that is short of them.</summary>
    internal static async Task PlayAsync(string endPoint)
    {
        var says = $"{await ConnectsAsync(endPoint)}";
        says += $" {await HighestOfAllAsync(endPoint) < Limit - Left}";
        // Those have left their numbers: now nothing but files is in the way.
        var others = new List<SafeFileHandle>();
        while (others.Count == 0 || others[^1].DangerousGetHandle() < Limit - Left - 1)
            others.Add(File.OpenHandle("/dev/null"));
        says += $" {await ErrorOfConnectAsync(endPoint)} {await ErrorOfConnectAsync(endPoint)}";
        // Room for one more: and one that failed has kept nothing.
        others[^1].Dispose();
        others[^2].Dispose();
        Console.WriteLine($"{says} {await ConnectsAsync(endPoint)}");
    }

    // As many as it gives. They keep their numbers until the end, which is what counts.
    private static async Task<int> HighestOfAllAsync(string endPoint)
    {
        var inherited = Sockets.Of(Environment.ProcessId);
        var all = new List<Connection>();
        try
        {
            while (true)
                all.Add(await Connection.ConnectAsync(endPoint));
        }
        catch (ConnectionException exception) when (exception.Error == ConnectionError.ResourceShortage)
        {
            return Sockets.Of(Environment.ProcessId).Except(inherited).Max();
        }
        finally
        {
            foreach (var connection in all)
                await connection.DisposeAsync();
        }
    }

    private static async Task<bool> ConnectsAsync(string endPoint)
    {
        await using var connection = await Connection.ConnectAsync(endPoint);
        await connection.Output.WriteAsync("hello"u8.ToArray());
        return (await connection.Input.ReadExactlyAsync(5)).Length == 5;
    }

    private static async Task<ConnectionError> ErrorOfConnectAsync(string endPoint) =>
        (await Assert.ThrowsAsync<ConnectionException>(async () => await Connection.ConnectAsync(endPoint))).Error;
}
