using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Net.Async.Tests.Io.Binding;

/// <summary>The files of Unix sockets: their permissions, and who removes them.</summary>
[UnsupportedOSPlatform("windows")]
public sealed partial class UnixListenSocketTests : LeakCheck
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Everybody = Owner | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("unix-");

    public override async Task DisposeAsync()
    {
        Assert.Empty(_directory.EnumerateFileSystemInfos("*.net-async-lock"));
        _directory.Delete(recursive: true);
        await base.DisposeAsync();
    }

    [LinuxFact]
    public async Task UnixFileMode_WhateverTheUmask_IsWhatTheFileHas()
    {
        foreach (var mode in new UnixFileMode?[] { Owner, Everybody, UnixFileMode.UserWrite, UnixFileMode.None, null })
        {
            foreach (var umask in new[] { 0, 0x12, 0x3F })
            {
                await using var server = WithUmask(umask, () => Server.Listen(End("mode"), new ServerOptions { Listener = { UnixFileMode = mode } }));
                Assert.Equal(mode ?? (UnixFileMode)(0x1FF & ~umask), File.GetUnixFileMode(PathOf("mode")));
            }
        }
    }

    [LinuxFact]
    public async Task UnixFileMode_AnotherLooksWhileItBinds_IsNeverMoreThanAskedFor()
    {
        const int Rounds = 300;
        var options = new ServerOptions { Listener = { UnixFileMode = Owner } };
        using var done = new CancellationTokenSource();
        var (looks, excess) = (0, UnixFileMode.None);
        var looker = Task.Factory.StartNew(() =>
        {
            while (!done.IsCancellationRequested)
            {
                if (FileIdentity.Of(PathOf("watched")) is { IsSocket: true } file)
                {
                    looks++;
                    excess |= file.Mode & ~Owner;
                }
            }
        }, TaskCreationOptions.LongRunning);
        // On a busy machine the other may not have looked once in so many rounds.
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < Rounds || (Volatile.Read(ref looks) == 0 && watch.Elapsed < Eventually.Limit); i++)
            await WithUmask(0, () => Server.Bind(End("watched"), options)).DisposeAsync();
        await done.CancelAsync();
        await looker.Soon();
        Assert.Equal(UnixFileMode.None, excess);
        Assert.NotEqual(0, looks);
    }

    [LinuxFact]
    public async Task UnixFileMode_ForAll_AnybodyCanConnect()
    {
        await using var server = Server.Listen(End("all"), new ServerOptions { Listener = { UnixFileMode = Everybody } });
        await using var client = await Connection.ConnectAsync(End("all"));
        await (await server.AcceptAsync().Soon()).DisposeAsync();
    }

    [LinuxFact]
    public async Task Listen_AbstractName_IsExactlyThatAndLeavesNoFile()
    {
        var name = "net-async-exact-" + Guid.NewGuid().ToString("N");
        await using var server = Server.Listen("unix:@" + name);
        var line = Assert.Single(await File.ReadAllLinesAsync("/proc/net/unix"), line => line.Contains(name, StringComparison.Ordinal));
        // Padding with NULs would show as @ behind it.
        Assert.EndsWith(" @" + name, line, StringComparison.Ordinal);
        Assert.False(File.Exists(name));
    }

    [LinuxFact]
    public async Task Stop_FileStillOurs_IsRemoved()
    {
        foreach (var start in new[] { true, false })
        {
            var server = Server.Bind(End("ours"));
            if (start)
                server.Start();
            Assert.True(File.Exists(PathOf("ours")));
            await server.DisposeAsync();
            Assert.False(File.Exists(PathOf("ours")));
        }
    }

    [LinuxFact]
    public async Task Stop_RelativePathAndAnotherDirectoryMeanwhile_IsRemoved()
    {
        var before = Environment.CurrentDirectory;
        try
        {
            Environment.CurrentDirectory = _directory.FullName;
            var server = Server.Listen("unix:relative");
            Environment.CurrentDirectory = before;
            await server.DisposeAsync();
        }
        finally
        {
            Environment.CurrentDirectory = before;
        }

        Assert.False(File.Exists(PathOf("relative")));
    }

    [LinuxFact]
    public async Task Stop_AnotherServerHasTakenTheName_ItsFileStays()
    {
        var old = Server.Listen(End("name"));
        File.Delete(PathOf("name"));
        await using var successor = Server.Listen(End("name"));
        await old.DisposeAsync();
        await using var client = await Connection.ConnectAsync(End("name"));
        await (await successor.AcceptAsync().Soon()).DisposeAsync();
    }

    [LinuxFact]
    public async Task Stop_ARegularFileOrNothingHasTakenTheName_StaysSo()
    {
        var server = Server.Listen(End("file"));
        File.Move(PathOf("file"), PathOf("moved"));
        await File.WriteAllTextAsync(PathOf("file"), "kept");
        await server.DisposeAsync();
        Assert.Equal("kept", await File.ReadAllTextAsync(PathOf("file")));

        var other = Server.Listen(End("gone"));
        File.Delete(PathOf("gone"));
        await other.DisposeAsync();
    }

    [LinuxFact]
    public async Task Stop_HandedOn_LeavesTheFile()
    {
        var listener = IoEngine.Default.Bind(End("handed"), new ServerOptions().ToListenSettings());
        var server = new Server([listener], new ServerOptions());
        server.Start();
        listener.SocketFile = null;
        await server.DisposeAsync();
        Assert.True(File.Exists(PathOf("handed")));
    }

    private UnixDomainSocketEndPoint End(string name) => new(PathOf(name));

    private string PathOf(string name) => Path.Combine(_directory.FullName, name);

    // Of the whole process: tests run one at a time.
    private static T WithUmask<T>(int mask, Func<T> function)
    {
        var before = SetUmask(mask);
        try
        {
            return function();
        }
        finally
        {
            _ = SetUmask(before);
        }
    }

    [LibraryImport("libc", EntryPoint = "umask")]
    private static partial int SetUmask(int mask);
}
