using System.Diagnostics;
using System.Net.Sockets;
using Net.Async.Tests.Contract;
using Net.Async.Tests.Loopback;

namespace Net.Async.Tests;

/// <summary>Other processes at the other end.</summary>
public class HandleChannelProcessTests : LeakCheck
{
    [Needs("sleep")]
    public async Task StartChild_ProcessDiesWithHandlesInFlight_ClientsHearOfItAndTheChannelEnds()
    {
        await using var channel = HandleChannel.StartChild(new ProcessStartInfo("sleep", "60"), out var child);
        using var process = child;
        await using var server = Server.Listen(0);
        var clients = new List<Connection>();
        for (var i = 0; i < 20; i++)
        {
            clients.Add(await Connection.ConnectAsync(server.LocalEndPoint).Soon());
            await channel.SendAsync(await server.AcceptAsync().Soon()).Soon();
        }

        Assert.Equal(0, server.ConnectionCount);
        child.Kill();
        await child.WaitForExitAsync().Soon();

        await Eventually.FiresAsync("the channel's end", channel.Closed);
        foreach (var client in clients)
        {
            // No code has read what it sent, if it had: an end or a reset, and no hanging.
            var end = await Record.ExceptionAsync(async () => Assert.True((await client.Input.ReadAsync()).IsCompleted)).Soon();
            Assert.True(end is null or ConnectionException { Error: ConnectionError.Reset }, end?.ToString());
            await client.DisposeAsync();
        }

        Assert.Null(await channel.ReceiveAsync().Soon());
        await using var last = await Connection.ConnectAsync(server.LocalEndPoint).Soon();
        await using var kept = await server.AcceptAsync().Soon();
        Assert.Equal(ConnectionError.Reset, (await Assert.ThrowsAsync<ConnectionException>(() => channel.SendAsync(kept).Soon())).Error);
        // It is still ours.
        await last.Output.WriteAsync("x"u8.ToArray());
        Assert.Single(await kept.Input.ReadExactlyAsync(1));
        Assert.Equal(1, server.ConnectionCount);
    }

    [LinuxFact]
    public void StartChild_BadArguments_ThrowsAndLeavesNothing()
    {
        Assert.Throws<ArgumentNullException>(() => HandleChannel.StartChild(null!, out _));
        Assert.Throws<ArgumentException>(() => HandleChannel.StartChild(new ProcessStartInfo("sleep") { UseShellExecute = true }, out _));
        var missing = new ProcessStartInfo("/no/such/program");
        Assert.Throws<System.ComponentModel.Win32Exception>(() => HandleChannel.StartChild(missing, out _));
        Assert.DoesNotContain(missing.Environment.Keys, static name => name.StartsWith("NET_ASYNC_HANDLE", StringComparison.Ordinal));
    }

    [LinuxFact]
    public async Task FromParent_EnvironmentOfATest_IsNullOrSaysWhatIsWrong()
    {
        const string Variable = "NET_ASYNC_HANDLE_CHANNEL";
        Assert.Null(HandleChannel.FromParent());
        foreach (var wrong in new[] { "x", "-1", "987654" })
        {
            Environment.SetEnvironmentVariable(Variable, wrong);
            Assert.Contains(wrong, Assert.Throws<InvalidOperationException>(HandleChannel.FromParent).Message, StringComparison.Ordinal);
            Assert.Null(Environment.GetEnvironmentVariable(Variable));
        }

        var (socket, peer) = AdoptionTests.Pair();
        Environment.SetEnvironmentVariable(Variable, AdoptionTests.Forget(socket).ToString(System.Globalization.CultureInfo.InvariantCulture));
        await using var channel = HandleChannel.FromParent();
        Assert.NotNull(channel);
        Assert.Null(HandleChannel.FromParent());
        peer.Dispose();
    }

    [Needs("bash")]
    public async Task Listen_InheritedDescriptor_ServesAndIsKeptByTheStarter()
    {
        using var listener = AdoptionTests.Bound();
        listener.Listen(8);
        var inherited = RawRights.Copy((int)listener.Handle);
        await using (var echo = Child.Start("bash", "-c", $"exec 3<&{inherited} {inherited}<&-; exec dotnet '{Path.Combine(AppContext.BaseDirectory, "Echo.dll")}' --listen fd:3"))
        {
            RawRights.Close(inherited);
            Assert.Equal($"ready {listener.LocalEndPoint}", await echo.Output.ReadLineAsync().Soon());
            await EchoesAsync(listener);
        }

        // The child was killed while it accepted; its listener is ours as well.
        await using var server = Server.FromHandle(listener.SafeHandle);
        await using var client = await Connection.ConnectAsync(server.LocalEndPoint).Soon();
        await using var accepted = await server.AcceptAsync().Soon();
    }

    [Needs("bash")]
    public async Task Take_StartedAsSystemdDoes_ServesByName()
    {
        using var web = AdoptionTests.Bound();
        using var admin = AdoptionTests.Bound();
        web.Listen(8);
        admin.Listen(8);
        int one = RawRights.Copy((int)web.Handle), two = RawRights.Copy((int)admin.Handle);
        await using var echo = Child.Start("bash", "-c",
            $"exec 3<&{one} 4<&{two} {one}<&- {two}<&-; LISTEN_PID=$$ LISTEN_FDS=2 LISTEN_FDNAMES=web:admin exec dotnet '{Path.Combine(AppContext.BaseDirectory, "Echo.dll")}' --systemd");
        RawRights.Close(one);
        RawRights.Close(two);

        Assert.Equal($"ready web {web.LocalEndPoint}", await echo.Output.ReadLineAsync().Soon());
        Assert.Equal($"ready admin {admin.LocalEndPoint}", await echo.Output.ReadLineAsync().Soon());
        await EchoesAsync(web);
        await EchoesAsync(admin);
    }

    private static async Task EchoesAsync(Socket listener)
    {
        await using var client = await Connection.ConnectAsync(listener.LocalEndPoint!).Soon();
        await client.Output.WriteAsync("hello"u8.ToArray());
        Assert.Equal("hello"u8.ToArray(), await client.Input.ReadExactlyAsync(5));
    }
}
