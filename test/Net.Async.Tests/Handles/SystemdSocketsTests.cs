using System.Net;
using System.Net.Sockets;

namespace Net.Async.Tests;

public class SystemdSocketsTests : LeakCheck
{
    private const int First = 710;

    [LinuxFact]
    public async Task Take_SocketsOfAllKinds_AreListedAndServe()
    {
        using var listener = AdoptionTests.Bound();
        listener.Listen(1);
        using var bound = AdoptionTests.Bound();
        var (connected, peer) = AdoptionTests.Pair();
        using var datagram = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        datagram.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using var file = File.OpenHandle("/dev/null");
        int[] numbers = [(int)listener.Handle, (int)bound.Handle, (int)connected.Handle, (int)datagram.Handle, (int)file.DangerousGetHandle()];
        for (var i = 0; i < numbers.Length; i++)
            RawRights.Copy(numbers[i], First + i);

        using var sockets = SystemdSockets.FromEnvironment(["web", "bound", "talk", "udp", "file"], First);

        Assert.Equal([HandleKind.Listener, HandleKind.Listener, HandleKind.Connection, HandleKind.Other, HandleKind.Other], sockets.Select(socket => socket.Kind));
        Assert.Equal(listener.LocalEndPoint, sockets[0].LocalEndPoint);
        Assert.Equal((First, "web"), (sockets[0].Descriptor, sockets[0].Name));
        Assert.Equal($"web {listener.LocalEndPoint}", sockets[0].ToString());
        Assert.Null(sockets[4].LocalEndPoint);
        Assert.All(sockets, static socket => Assert.False(RawRights.IsInherited(socket.Descriptor)));
        Assert.Same(sockets[2], sockets.Find("talk"));
        Assert.Contains("'web', 'bound'", Assert.Throws<KeyNotFoundException>(() => sockets.Find("none")).Message, StringComparison.Ordinal);

        Assert.Throws<InvalidOperationException>(() => Server.FromHandle(First));
        Assert.Throws<InvalidOperationException>(() => sockets[0].ToConnection());
        Assert.Throws<InvalidOperationException>(() => sockets[3].ToServer());
        Assert.Throws<InvalidOperationException>(() => SystemdSockets.FromEnvironment(["again"], First));
        await using (var server = sockets[0].ToServer())
        {
            await using var client = await Connection.ConnectAsync(server.LocalEndPoint).Soon();
            await using var accepted = await server.AcceptAsync().Soon();
            Assert.Throws<InvalidOperationException>(() => sockets[0].ToServer());
        }

        await using (var talk = sockets[2].ToConnection())
            await talk.SendAsync("x"u8.ToArray());
        using (var udp = new Socket(sockets[3].ToHandle()))
            Assert.Equal(datagram.LocalEndPoint, udp.LocalEndPoint);
        sockets.Dispose();
        Assert.All(Enumerable.Range(First, 5), static number => Assert.False(RawRights.IsOpen(number)));
        connected.Dispose();
        peer.Dispose();
    }

    [LinuxFact]
    public void Take_OneIsNotOpen_TakesNone()
    {
        using var listener = AdoptionTests.Bound();
        RawRights.Copy((int)listener.Handle, First);

        var exception = Assert.Throws<InvalidOperationException>(() => SystemdSockets.FromEnvironment(["one", "two"], First));

        Assert.Contains($"descriptor {First + 1} is not open", exception.Message, StringComparison.Ordinal);
        Assert.True(RawRights.IsOpen(First));
        RawRights.Close(First);
    }

    [Theory]
    [InlineData(null, null, null, 0)]
    [InlineData("", "1", null, 0)]
    [InlineData("41", "1", null, 0)]
    [InlineData("42", null, null, 0)]
    [InlineData("42", "0", null, 0)]
    [InlineData("42", "2", null, 2)]
    [InlineData("42", "2", "", 2)]
    [InlineData("42", "2", "a:b", 2)]
    [InlineData("42", "2", "a:", 2)]
    public void NamesFor_Environment_AreThoseOfThisProcess(string? process, string? count, string? names, int expected)
    {
        var found = new SystemdEnvironment(process, count, names).NamesFor(42);
        Assert.Equal(string.IsNullOrEmpty(names) ? [.. Enumerable.Repeat("unknown", expected)] : names.Split(':'), found);
    }

    [Theory]
    [InlineData("x", "1", null, "LISTEN_PID")]
    [InlineData("-1", "1", null, "LISTEN_PID")]
    [InlineData("42", "x", null, "LISTEN_FDS")]
    [InlineData("42", "-1", null, "LISTEN_FDS")]
    [InlineData("42", "99999999", null, "LISTEN_FDS")]
    [InlineData("42", "+1", null, "LISTEN_FDS")]
    [InlineData("42", "2", "a", "LISTEN_FDNAMES")]
    [InlineData("42", "1", "a:b", "LISTEN_FDNAMES")]
    public void NamesFor_WrongValues_Throws(string process, string count, string? names, string variable)
    {
        var exception = Assert.Throws<InvalidOperationException>(() => new SystemdEnvironment(process, count, names).NamesFor(42));
        Assert.StartsWith(variable, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Take_NoSystemd_IsEmpty()
    {
        using var sockets = SystemdSockets.FromEnvironment();
        Assert.Empty(sockets);
    }
}
