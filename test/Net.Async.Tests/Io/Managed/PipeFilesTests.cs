using System.IO.Pipes;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Net.Async.Tests.Contract;

namespace Net.Async.Tests.Io.Managed;

/// <summary>A named pipe on Linux is a socket file in the temporary directory: whatever else has its name stays, and a stop removes its own file only.</summary>
[UnsupportedOSPlatform("windows")]
public sealed partial class PipeFilesTests : LeakCheck
{
    private readonly NamedPipeEndPoint _pipe = new("net-async-test-" + Guid.NewGuid().ToString("N")[..12]);

    private string FilePath => Path.Combine(Path.GetTempPath(), "CoreFxPipe_" + _pipe.PipeName);

    private UnixDomainSocketEndPoint FileEnd => new(FilePath);

    public override async Task DisposeAsync()
    {
        Assert.Empty(Directory.EnumerateFiles(Path.GetTempPath(), $"CoreFxPipe_{_pipe.PipeName}*.net-async-lock"));
        foreach (var left in Directory.EnumerateFileSystemEntries(Path.GetTempPath(), $"CoreFxPipe_{_pipe.PipeName}*"))
        {
            if (Directory.Exists(left))
                Directory.Delete(left);
            else
                File.Delete(left);
        }

        await base.DisposeAsync();
    }

    [LinuxFact]
    public void Listen_RegularFile_StaysAsItIs()
    {
        File.WriteAllText(FilePath, "kept");
        Refuses();
        Assert.Equal("kept", File.ReadAllText(FilePath));
    }

    [LinuxFact]
    public void Listen_Directory_StaysAsItIs()
    {
        Directory.CreateDirectory(FilePath);
        Refuses();
    }

    [LinuxFact]
    public void Listen_Fifo_StaysAsItIs()
    {
        Assert.Equal(0, MakeFifo(FilePath, 0x180));
        Refuses();
    }

    [LinuxFact]
    public void Listen_SymbolicLinks_StayAsTheyAre()
    {
        var target = FilePath + "-target";
        // To nothing, to a file, and to the socket of a server that died.
        File.CreateSymbolicLink(FilePath, target);
        Refuses();
        File.WriteAllText(target, "kept");
        Refuses();
        Assert.Equal("kept", File.ReadAllText(target));
        File.Delete(target);
        LeaveStale(target);
        Refuses();
        Assert.True(FileIdentity.Of(target) is { IsSocket: true });
    }

    [LinuxFact]
    public void Listen_BoundSocketsOfEveryType_StayAsTheyAre()
    {
        foreach (var type in (SocketType[])[SocketType.Stream, SocketType.Dgram, SocketType.Seqpacket])
        {
            // Bound, and not listening: a server that is about to start.
            using (var live = new Socket(AddressFamily.Unix, type, ProtocolType.Unspecified))
            {
                live.Bind(FileEnd);
                Refuses();
            }

            Assert.False(File.Exists(FilePath));
        }
    }

    [LinuxFact]
    public async Task Listen_LiveServers_AreLeftAloneAndSeeNoOne()
    {
        await using (var ours = Server.Listen(_pipe))
        {
            Refuses();
            await ours.NobodyCameAsync();
        }

        await using (var theirs = new NamedPipeServerStream(_pipe.PipeName, PipeDirection.InOut, 4, PipeTransmissionMode.Byte, PipeOptions.Asynchronous))
        {
            Refuses();
            await using var client = new NamedPipeClientStream(".", _pipe.PipeName, PipeDirection.InOut, PipeOptions.Asynchronous);
            var waiting = theirs.WaitForConnectionAsync();
            await client.ConnectAsync(5000);
            await waiting.Soon();
        }

        using var full = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        full.Bind(FileEnd);
        full.Listen(0);
        using var waits = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        waits.Connect(FileEnd);
        Refuses();
    }

    [LinuxFact]
    public async Task Listen_FileOfADeadServer_IsReplaced()
    {
        LeaveStale(FilePath);
        await using var server = Server.Listen(_pipe);
        await EchoesAsync(server);
    }

    [LinuxFact]
    public async Task Listen_ManyStartAtOnceOverADeadServersFile_OneServes()
    {
        for (var round = 0; round < 10; round++)
        {
            LeaveStale(FilePath);
            var servers = (await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
            {
                try
                {
                    return Server.Listen(_pipe);
                }
                catch (ConnectionException exception) when (exception.Error == ConnectionError.AddressInUse)
                {
                    return null;
                }
            }))).Soon()).OfType<Server>().ToList();
            await EchoesAsync(Assert.Single(servers));
            await servers[0].DisposeAsync();
            Assert.False(File.Exists(FilePath));
        }
    }

    // Where .NET's pipes are is decided once, when the process first uses one.
    [LinuxFact]
    public async Task Listen_TemporaryDirectoryChangesLater_LooksWherePipesReallyAre()
    {
        var there = FilePath;
        await using var theirs = new NamedPipeServerStream(_pipe.PipeName, PipeDirection.InOut, 4, PipeTransmissionMode.Byte, PipeOptions.Asynchronous);
        var before = Environment.GetEnvironmentVariable("TMPDIR");
        var other = Directory.CreateTempSubdirectory("elsewhere-");
        Environment.SetEnvironmentVariable("TMPDIR", other.FullName);
        try
        {
            Refuses();
            await theirs.DisposeAsync();
            LeaveStale(there);
            await using var server = Server.Listen(_pipe);
            await EchoesAsync(server);
            Assert.True(FileIdentity.Of(there) is { IsSocket: true });
        }
        finally
        {
            Environment.SetEnvironmentVariable("TMPDIR", before);
            other.Delete(recursive: true);
        }

        Assert.False(File.Exists(there));
    }

    [LinuxFact]
    public async Task StopAsync_AnotherHasTheNameByNow_IsLeftAlone()
    {
        var server = Server.Listen(_pipe);
        File.Delete(FilePath);
        File.WriteAllText(FilePath, "kept");
        await server.DisposeAsync();
        Assert.Equal("kept", File.ReadAllText(FilePath));
    }

    [LinuxFact]
    public async Task StopAsync_ConnectionsGoOn_TheNameIsFree()
    {
        var server = Server.Listen(_pipe);
        var accepting = server.AcceptAsync();
        await using var client = await Connection.ConnectAsync(_pipe);
        await using var accepted = await accepting.Soon();
        var stopping = server.StopAsync();
        Assert.False(File.Exists(FilePath));
        await using (var next = Server.Listen(_pipe))
            await EchoesAsync(next);
        accepted.Abort();
        await stopping.Soon();
    }

    [LinuxFact]
    public async Task Bind_NotStarted_RefusesAndHasTheName()
    {
        await using var server = Server.Bind(_pipe);
        Refuses();
        Assert.Equal(ConnectionError.Refused, (await Assert.ThrowsAsync<ConnectionException>(() => Connection.ConnectAsync(_pipe))).Error);
        server.Start();
        await EchoesAsync(server);
    }

    [LinuxFact]
    public async Task Listen_CurrentUserOnly_FileIsItsUsersAlone()
    {
        await using (Server.Listen(_pipe))
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(FilePath));
    }

    [LinuxFact]
    public async Task Listen_ClientsOfTheBaseClassLibrary_AreServed()
    {
        await using var server = Server.Listen(_pipe);
        await using var client = new NamedPipeClientStream(".", _pipe.PipeName, PipeDirection.InOut, PipeOptions.Asynchronous | PipeOptions.CurrentUserOnly);
        var accepting = server.AcceptAsync();
        await client.ConnectAsync(5000);
        await using var accepted = await accepting.Soon();
        await client.WriteAsync(new byte[] { 1, 2 });
        Assert.Equal([1, 2], await accepted.Input.ReadExactlyAsync(2));
        await accepted.Output.WriteAsync(new byte[] { 3 });
        Assert.Equal(3, client.ReadByte());
        accepted.Abort();
    }

    private void Refuses() => Assert.Equal(ConnectionError.AddressInUse, Assert.Throws<ConnectionException>(() => Server.Listen(_pipe)).Error);

    private async Task EchoesAsync(Server server)
    {
        var accepting = server.AcceptAsync();
        await using var client = await Connection.ConnectAsync(_pipe);
        await using var accepted = await accepting.Soon();
        await client.Output.WriteAsync(new byte[] { 1 });
        Assert.Equal([1], await accepted.Input.ReadExactlyAsync(1));
        accepted.Abort();
    }

    // As a process that was killed leaves it.
    private static void LeaveStale(string path)
    {
        var listener = IoEngine.Default.Bind(new UnixDomainSocketEndPoint(path), new ServerOptions().ToListenSettings());
        listener.Start(1);
        listener.Close();
        Assert.True(FileIdentity.Of(path) is { IsSocket: true });
    }

    [LibraryImport("libc", EntryPoint = "mkfifo", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakeFifo(string path, uint mode);
}
