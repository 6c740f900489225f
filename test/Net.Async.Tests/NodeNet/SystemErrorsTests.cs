using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Net.Async.Testing;
using Net.Async.Tests.Connecting;
using Net.Async.Tests.Contract;

namespace Net.Async.Tests.NodeNet;

/// <summary>The operating system's errors, each raised by the operating system.</summary>
public partial class SystemErrorsTests : LeakCheck
{
    private const int TcpLevel = 6, SynRetries = 7;

    [Fact]
    public async Task AddressInUse_PortTaken_NamesTheAddress()
    {
        await using var server = Server.Listen(0);
        var thrown = Assert.Throws<ConnectionException>(() => Server.Listen(server.LocalEndPoint));
        Assert.Equal((ConnectionError.AddressInUse, SocketError.AddressAlreadyInUse, server.LocalEndPoint), (thrown.Error, thrown.SocketError, thrown.EndPoint));
    }

    [Fact]
    public void AddressNotAvailable_NotOfThisMachine_NamesTheAddress()
    {
        var elsewhere = new IPEndPoint(IPAddress.Parse("192.0.2.77"), 0);
        var thrown = Assert.Throws<ConnectionException>(() => Server.Listen(elsewhere));
        Assert.Equal((ConnectionError.AddressNotAvailable, SocketError.AddressNotAvailable, elsewhere), (thrown.Error, thrown.SocketError, thrown.EndPoint));
    }

    [Fact]
    public async Task Refused_NobodyListens_HasEverythingThatNodesErrorHas()
    {
        await using var bound = Server.Bind(NetEndPoint.Loopback(0));
        var connector = new HappyEyeballsConnector(new() { Addresses = { LocalAddresses = [IPAddress.Parse("127.0.0.5")] } });
        var thrown = await Assert.ThrowsAsync<ConnectionException>(() => connector.ConnectAsync(bound.LocalEndPoint).Soon());
        Assert.Equal((ConnectionError.Refused, SocketError.ConnectionRefused, bound.LocalEndPoint), (thrown.Error, thrown.SocketError, thrown.EndPoint));
        Assert.IsType<SocketException>(thrown.InnerException);
        Assert.StartsWith($"Could not connect to {NetEndPoint.Format(bound.LocalEndPoint)} from 127.0.0.5:", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ConnectionReset_PeerResets_IsReset()
    {
        await using var peer = await RawPeer.ConnectAsync("tcp4");
        var reading = peer.Connection.Input.ReadAsync().AsTask();
        peer.Reset();
        var thrown = await reading.ThrowsAsync(ConnectionError.Reset);
        Assert.Equal((SocketError.ConnectionReset, peer.Connection.RemoteEndPoint), (thrown.InnerException is SocketException inner ? inner.SocketErrorCode : default, thrown.EndPoint));
    }

    [LinuxFact]
    public async Task BrokenPipe_PeerHasGone_IsReset()
    {
        await using var peer = await RawPeer.ConnectAsync("unix");
        peer.Socket.Dispose();
        var thrown = await peer.Connection.SendAsync(new byte[1]).ThrowsAsync(ConnectionError.Reset);
        Assert.Equal(SocketError.Shutdown, thrown.SocketError);
    }

    [LinuxFact]
    public async Task TimedOut_TheKernelGivesUp_IsTimedOut()
    {
        using var silent = new SilentListener(IPAddress.Loopback, 0);
        // One SYN and one more: 3 s.
        var connector = new HappyEyeballsConnector(new() { Addresses = { ConfigureSocket = static (socket, _) => socket.SetRawSocketOption(TcpLevel, SynRetries, [1, 0, 0, 0]) } });
        var thrown = await Assert.ThrowsAsync<ConnectionException>(() => connector.ConnectAsync(NetEndPoint.Loopback(silent.Port)).Soon());
        Assert.Equal((ConnectionError.TimedOut, SocketError.TimedOut), (thrown.Error, thrown.SocketError));
    }

    [LinuxFact]
    public async Task NetworkUnreachable_BroadcastOfTheLoopback_IsThat()
    {
        var thrown = await Assert.ThrowsAsync<ConnectionException>(() => Connection.ConnectAsync("127.255.255.255", 9).Soon());
        Assert.Equal((ConnectionError.NetworkUnreachable, SocketError.NetworkUnreachable), (thrown.Error, thrown.SocketError));
    }

    [Fact]
    public async Task NotFound_NameWithoutAnAddress_HasTheNameAndNoAddress()
    {
        var resolver = new ScriptedResolver().Fail("none.test", AddressFamily.InterNetwork, TimeSpan.Zero).Fail("none.test", AddressFamily.InterNetworkV6, TimeSpan.Zero);
        var thrown = await Assert.ThrowsAsync<ConnectionException>(() => new HappyEyeballsConnector(new() { Resolver = resolver }).ConnectAsync("none.test", 80).Soon());
        Assert.Equal((ConnectionError.HostNotFound, new DnsEndPoint("none.test", 80)), (thrown.Error, thrown.EndPoint));
        Assert.Empty(thrown.Attempts);
        Assert.Equal(2, thrown.LookupErrors.Count);
    }

    [LinuxFact, SupportedOSPlatform("linux")]
    public void AccessDenied_DirectoryOfAnother_IsThat()
    {
        var directory = Directory.CreateTempSubdirectory("denied-");
        directory.UnixFileMode = UnixFileMode.UserRead | UnixFileMode.UserExecute;
        try
        {
            var thrown = WithoutPrivilege(() => Server.Listen("unix:" + Path.Combine(directory.FullName, "socket")));
            Assert.Equal((ConnectionError.AccessDenied, SocketError.AccessDenied), ((thrown as ConnectionException)?.Error, (thrown as ConnectionException)?.SocketError));
        }
        finally
        {
            directory.UnixFileMode |= UnixFileMode.UserWrite;
            directory.Delete();
        }
    }

    // Root may write everywhere: a thread of its own gives that up for files, for as long as the call takes.
    private static Exception? WithoutPrivilege(Action call)
    {
        Exception? thrown = null;
        var thread = new Thread(() =>
        {
            var before = SetFileSystemUser(65534);
            thrown = Record.Exception(call);
            _ = SetFileSystemUser(before);
        });
        thread.Start();
        thread.Join();
        return thrown;
    }

    [LibraryImport("libc", EntryPoint = "setfsuid")]
    private static partial int SetFileSystemUser(int user);
}
