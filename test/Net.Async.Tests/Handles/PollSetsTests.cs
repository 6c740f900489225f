using System.Globalization;
using System.Net.Sockets;

namespace Net.Async.Tests;

/// <summary>What was passed on wakes no waiter here any more.</summary>
public class PollSetsTests : LeakCheck
{
    [LinuxFact]
    public async Task StopAsync_PassedListener_HasLeftEveryPollSet()
    {
        await using var pair = ChannelPair.Create();
        await using var server = Server.Listen(0);
        var waiting = server.AcceptAsync().AsTask();
        var listener = Inode((int)server.Listeners[0].Socket!.Handle);
        await Eventually.IsAsync(() => IsPolled(listener), "the accept has not begun to wait");
        await pair.Here.SendAsync(server).Soon();
        using var received = await pair.There.ReceiveAsync().Soon();

        await server.StopAsync().Soon();

        await Assert.ThrowsAsync<ConnectionException>(() => waiting);
        Assert.False(IsPolled(listener));
    }

    [LinuxFact]
    public async Task SendAsync_ConnectionThatIsWatched_HasLeftEveryPollSet()
    {
        await using var pair = ChannelPair.Create();
        await using var server = Server.Listen(0);
        await using var client = await Connection.ConnectAsync(server.LocalEndPoint).Soon();
        await using var accepted = await server.AcceptAsync().Soon();
        _ = accepted.Closed;
        var connection = Inode((int)accepted.Socket!.Handle);
        await Eventually.IsAsync(() => IsPolled(connection), "the watch has not begun to wait");

        await pair.Here.SendAsync(accepted).Soon();

        Assert.False(IsPolled(connection));
        using var received = await pair.There.ReceiveAsync().Soon();
    }

    private static string Inode(int descriptor) =>
        File.ResolveLinkTarget($"/proc/self/fd/{descriptor}", returnFinalTarget: false)!.Name["socket:[".Length..^1];

    // The kernel lists what each set watches, by inode.
    private static bool IsPolled(string inode)
    {
        var listed = $" ino:{long.Parse(inode, CultureInfo.InvariantCulture):x} ";
        return Directory.EnumerateFiles("/proc/self/fdinfo").Any(set => Read(set).Contains(listed, StringComparison.Ordinal));
    }

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return "";
        }
    }
}
