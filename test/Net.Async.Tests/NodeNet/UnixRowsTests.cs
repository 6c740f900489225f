using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Text;
using Net.Async.Tests.Contract;

namespace Net.Async.Tests.NodeNet;

/// <summary>Rows of the chapter about IPC: paths, abstract names, what is at the path already.</summary>
public class UnixRowsTests : LeakCheck
{
    private readonly string _directory = Directory.CreateTempSubdirectory("unix-").FullName;

    private string PathOf(string name) => Path.Combine(_directory, name);

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [LinuxFact]
    public async Task Path_Of107Bytes_IsUsedWhole_AndALongerOneIsRefused()
    {
        var longest = _directory + "/" + new string('x', 107 - Encoding.UTF8.GetByteCount(_directory) - 1);
        await using (var server = Server.Listen("unix:" + longest))
        {
            Assert.True(File.Exists(longest));
            await using var client = await Connection.ConnectAsync("unix:" + longest).Soon();
            await (await server.AcceptAsync().Soon()).DisposeAsync();
        }

        Assert.Contains("the path has 108 bytes, the limit is 107", Assert.Throws<FormatException>(() => Server.Listen($"unix:{longest}x")).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<FormatException>(() => Connection.ConnectAsync($"unix:{longest}x"));
        // Bytes, not characters.
        Assert.Throws<FormatException>(() => Server.Listen($"unix:{longest[..^1]}é"));
        Assert.Empty(Directory.GetFiles(_directory));
    }

    [LinuxFact]
    public async Task AbstractName_IsExactlyThat_OnceAndGoneWithItsServer()
    {
        var name = $"net-async-{Guid.NewGuid():N}";
        await using (var server = Server.Listen("unix:@" + name))
        {
            // As the kernel shows it: no padding, so that every other program finds it.
            Assert.Contains(File.ReadLines("/proc/net/unix"), line => line.EndsWith(" @" + name, StringComparison.Ordinal));
            Assert.Equal("unix:@" + name, NetEndPoint.Format(server.LocalEndPoint));
            Assert.Equal(ConnectionError.AddressInUse, Assert.Throws<ConnectionException>(() => Server.Listen("unix:@" + name)).Error);
            using var other = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await other.ConnectAsync(new UnixDomainSocketEndPoint("\0" + name));
        }

        await Connection.ConnectAsync("unix:@" + name).ThrowsAsync(ConnectionError.Refused);
    }

    [LinuxFact]
    public async Task Connect_NobodyAtThePath_SaysWhy()
    {
        await Connection.ConnectAsync("unix:" + PathOf("missing")).ThrowsAsync(ConnectionError.PathNotFound);
        await File.WriteAllTextAsync(PathOf("file"), "");
        await Connection.ConnectAsync("unix:" + PathOf("file")).ThrowsAsync(ConnectionError.Refused);
        LeaveStale(PathOf("stale"));
        var thrown = await Connection.ConnectAsync("unix:" + PathOf("stale")).ThrowsAsync(ConnectionError.Refused);
        Assert.Equal("unix:" + PathOf("stale"), NetEndPoint.Format(thrown.EndPoint!));
    }

    [LinuxFact]
    public async Task Listen_SomethingAtThePath_IsKept()
    {
        await File.WriteAllTextAsync(PathOf("file"), "kept");
        LeaveStale(PathOf("stale"));
        foreach (var name in (string[])["file", "stale"])
        {
            var thrown = Assert.Throws<ConnectionException>(() => Server.Listen("unix:" + PathOf(name)));
            Assert.Equal((ConnectionError.AddressInUse, SocketError.AddressAlreadyInUse), (thrown.Error, thrown.SocketError));
            Assert.Equal("unix:" + PathOf(name), NetEndPoint.Format(thrown.EndPoint!));
        }

        Assert.Equal("kept", await File.ReadAllTextAsync(PathOf("file")));
        // Not "permission denied", as a missing directory is elsewhere.
        Assert.Equal(ConnectionError.PathNotFound, Assert.Throws<ConnectionException>(() => Server.Listen("unix:" + PathOf("none/socket"))).Error);
    }

    [LinuxFact, SupportedOSPlatform("linux")]
    public async Task Listen_Path_HasWhatTheUmaskLeaves()
    {
        await using var server = Server.Listen("unix:" + PathOf("socket"));
        using var bare = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        bare.Bind(new UnixDomainSocketEndPoint(PathOf("bare")));
        Assert.Equal(File.GetUnixFileMode(PathOf("bare")), File.GetUnixFileMode(PathOf("socket")));
    }

    [Fact]
    public async Task EndPoints_OfBothEnds_AreThePath()
    {
        await using var server = Server.Listen("unix:" + PathOf("socket"));
        await using var client = await Connection.ConnectAsync(server.LocalEndPoint).Soon();
        await using var accepted = await server.AcceptAsync().Soon();
        Assert.Equal("unix:" + PathOf("socket"), NetEndPoint.Format(server.LocalEndPoint));
        Assert.Equal(server.LocalEndPoint, client.RemoteEndPoint);
        Assert.Equal(server.LocalEndPoint, accepted.LocalEndPoint);
    }

    [Fact]
    public async Task Abort_OfAPathOrAPipe_EndsItAndNeverThrows()
    {
        foreach (var kind in (string[])["unix", "pipe"])
        {
            await using var pair = await Transport.Get(kind).ConnectPairAsync();
            Assert.False(pair.Client.Capabilities.HasFlag(ConnectionCapabilities.Reset));
            pair.Client.Abort();
            pair.Client.Abort();
            Assert.Equal(ConnectionError.Aborted, pair.Client.CloseReason!.Error);
            await Eventually.FiresAsync("the peer saw no end", pair.Accepted.PeerClosed);
        }
    }

    // What a server that crashed leaves: a socket file that no server listens on.
    private static void LeaveStale(string path)
    {
        var file = path + ".bound";
        using (var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            socket.Bind(new UnixDomainSocketEndPoint(file));
            // The base class library removes the name that it bound, not this one.
            File.Move(file, path);
        }
    }
}
