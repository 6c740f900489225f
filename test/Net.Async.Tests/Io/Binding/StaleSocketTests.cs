using System.Net.Sockets;
using System.Runtime.Versioning;

namespace Net.Async.Tests.Io.Binding;

/// <summary>Replacing the file of a server that died, and nothing else.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class StaleSocketTests : LeakCheck
{
    private static readonly ServerOptions s_replace = new() { Listener = { ReplaceStaleSocket = true } };

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("stale-");

    private string SocketPath => Path.Combine(_directory.FullName, "socket");

    private UnixDomainSocketEndPoint End => new(SocketPath);

    public override async Task DisposeAsync()
    {
        Assert.Empty(_directory.EnumerateFileSystemInfos("*.net-async-lock"));
        _directory.Delete(recursive: true);
        await base.DisposeAsync();
    }

    [LinuxFact]
    public async Task Listen_FileOfADeadServer_IsReplacedOnlyWhenAskedFor()
    {
        LeaveStale();
        Assert.Equal(ConnectionError.AddressInUse, Assert.Throws<ConnectionException>(() => Server.Listen(End)).Error);
        await using var server = Server.Listen(End, s_replace);
        await using var client = await Connection.ConnectAsync(End);
        await (await server.AcceptAsync().Soon()).DisposeAsync();
    }

    [LinuxFact]
    public async Task Listen_NothingThere_Listens()
    {
        await using var server = Server.Listen(End, s_replace);
        Assert.True(server.IsListening);
    }

    [LinuxFact]
    public async Task Listen_LiveServer_IsLeftAloneAndSeesNobody()
    {
        await using var live = Server.Listen(End);
        Refuses();
        await live.NobodyCameAsync();
    }

    [LinuxFact]
    public async Task Listen_ServerThatHasBoundAndNotStarted_IsLeftAlone()
    {
        await using var starting = Server.Bind(End);
        Refuses();
        starting.Start();
        await using var client = await Connection.ConnectAsync(End);
        await (await starting.AcceptAsync().Soon()).DisposeAsync();
    }

    [LinuxFact]
    public async Task Listen_LiveServerWithAFullQueue_IsLeftAlone()
    {
        await using var live = Server.Listen(End, new ServerOptions { Listener = { Backlog = 1 } });
        var clients = new List<Socket>();
        try
        {
            SocketException? full = null;
            while (full is null && clients.Count < 10)
            {
                clients.Add(new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { Blocking = false });
                try
                {
                    clients[^1].Connect(End);
                }
                catch (SocketException exception)
                {
                    full = exception;
                }
            }

            Assert.NotNull(full);
            Refuses();
        }
        finally
        {
            clients.ForEach(static client => client.Dispose());
        }
    }

    [LinuxFact]
    public void Listen_DatagramServer_IsLeftAlone()
    {
        using var live = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        live.Bind(End);
        Refuses();
    }

    [LinuxFact]
    public void Listen_RegularFile_StaysAsItIs()
    {
        File.WriteAllText(SocketPath, "kept");
        Refuses();
        Assert.Equal("kept", File.ReadAllText(SocketPath));
    }

    [LinuxFact]
    public void Listen_Directory_StaysAsItIs()
    {
        Directory.CreateDirectory(SocketPath);
        Refuses();
        Assert.True(Directory.Exists(SocketPath));
    }

    [LinuxFact]
    public void Listen_SymbolicLinkToAStaleSocket_BothStay()
    {
        LeaveStale();
        var target = SocketPath + "-target";
        File.Move(SocketPath, target);
        File.CreateSymbolicLink(SocketPath, target);
        Refuses();
        Assert.Equal(target, File.ResolveLinkTarget(SocketPath, returnFinalTarget: false)!.FullName);
        Assert.True(FileIdentity.Of(target) is { IsSocket: true });
    }

    [LinuxFact]
    public void Listen_AnotherStartsThereRightNow_NothingIsReplaced()
    {
        LeaveStale();
        using (StartingLock.TryTake(SocketPath))
        {
            Assert.Null(StartingLock.TryTake(SocketPath));
            Refuses();
        }

        using var free = StartingLock.TryTake(SocketPath);
        Assert.NotNull(free);
    }

    [LinuxFact]
    public void Dispose_DirectoryHasGoneMeanwhile_DoesNotUndoTheListen()
    {
        var directory = Directory.CreateDirectory(Path.Combine(_directory.FullName, "short-lived"));
        var starting = StartingLock.TryTake(Path.Combine(directory.FullName, "socket"));
        Assert.NotNull(starting);
        directory.Delete(recursive: true);
        starting.Dispose();
    }

    [LinuxFact]
    public void TryTake_LockFileIsALinkOrADirectory_IsNotTaken()
    {
        var path = SocketPath + ".net-async-lock";
        var victim = Path.Combine(_directory.FullName, "victim");
        File.WriteAllText(victim, "kept");
        File.CreateSymbolicLink(path, victim);
        Assert.Null(StartingLock.TryTake(SocketPath));
        Assert.Equal("kept", File.ReadAllText(victim));
        File.Delete(path);
        Directory.CreateDirectory(path);
        Assert.Null(StartingLock.TryTake(SocketPath));
        Directory.Delete(path);
    }

    [LinuxFact]
    public async Task Listen_ManyStartAtOnce_OneServesAndTheOthersHearIt()
    {
        for (var round = 0; round < 20; round++)
        {
            LeaveStale();
            var starts = Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
            {
                try
                {
                    return Server.Listen(End, s_replace);
                }
                catch (ConnectionException exception) when (exception.Error == ConnectionError.AddressInUse)
                {
                    return null;
                }
            })).ToArray();
            var servers = (await Task.WhenAll(starts).Soon()).OfType<Server>().ToList();
            Assert.True(servers.Count <= 1, $"{servers.Count} serve");
            foreach (var server in servers)
            {
                await using (var client = await Connection.ConnectAsync(End))
                    await (await server.AcceptAsync().Soon()).DisposeAsync();
                await server.DisposeAsync();
            }

            Assert.Single(servers);
            Assert.False(File.Exists(SocketPath));
        }
    }

    private void Refuses() => Assert.Equal(ConnectionError.AddressInUse, Assert.Throws<ConnectionException>(() => Server.Listen(End, s_replace)).Error);

    // As a process that was killed leaves it.
    private void LeaveStale()
    {
        var listener = IoEngine.Default.Bind(End, new ServerOptions().ToListenSettings());
        listener.Start(1);
        listener.Close();
        Assert.True(FileIdentity.Of(SocketPath) is { IsSocket: true });
    }
}
