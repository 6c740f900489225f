using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;

namespace Net.Async.Tests;

/// <summary>Handles that cannot be adopted: the message names what they are, and they stay the caller's.</summary>
public class AdoptionErrorsTests : LeakCheck
{
    private const int Closed = 987_654;

    private readonly ThrownMessages _thrown = new();

    [LinuxFact]
    public async Task FromHandle_WrongHandles_AreAsVerified()
    {
        using var datagram = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        datagram.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using var fresh = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using var bound = AdoptionTests.Bound();
        using var listening = AdoptionTests.Bound();
        listening.Listen();
        var (connected, peer) = AdoptionTests.Pair();
        using var file = File.OpenHandle(typeof(AdoptionErrorsTests).Assembly.Location);
        using var device = File.OpenHandle("/dev/null");
        var (read, write) = RawRights.Pipe();
        using var disposed = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        disposed.Dispose();
        (string What, int Number)[] wrong =
        [
            ("datagram socket", (int)datagram.Handle), ("fresh socket", (int)fresh.Handle), ("bound socket", (int)bound.Handle), ("listening socket", (int)listening.Handle),
            ("connected socket", (int)connected.Handle), ("regular file", (int)file.DangerousGetHandle()), ("device", (int)device.DangerousGetHandle()),
            ("reading end of a pipe", read), ("writing end of a pipe", write), ("closed number", Closed), ("negative number", -1),
        ];
        foreach (var (what, number) in wrong)
        {
            _thrown.Replace($"Descriptor {number.ToString(CultureInfo.InvariantCulture)} ", "Descriptor {number} ");
            if (what is not ("bound socket" or "listening socket"))
                _thrown.Add($"{what} as a server", () => Server.FromHandle(number));
            if (what is not ("connected socket" or "reading end of a pipe" or "writing end of a pipe"))
                _thrown.Add($"{what} as a connection", () => Connection.FromHandle(number));
        }

        _thrown.Add("listening handle as a connection", () => Connection.FromHandle(listening.SafeHandle));
        _thrown.Add("connected handle as a server", () => Server.FromHandle(connected.SafeHandle));
        _thrown.Add("disposed handle as a server", () => Server.FromHandle(disposed.SafeHandle));
        _thrown.Add("disposed handle as a connection", () => Connection.FromHandle(disposed.SafeHandle));
        _thrown.Add("null as a server", () => Server.FromHandle(null!));
        _thrown.Add("null as a connection", () => Connection.FromHandle(null!));
        _thrown.Add("neither way", () => Connection.FromHandle(connected.SafeHandle, readable: false, writable: false));
        _thrown.Add("reading end to write", () => Connection.FromHandle(read, readable: false));
        _thrown.Add("writing end to read", () => Connection.FromHandle(write, writable: false));
        _thrown.Add("closed number as text", () => Server.Listen($"fd:{Closed}"));
        _thrown.Replace(Closed.ToString(CultureInfo.InvariantCulture), "{closed}");
        await _thrown.AddAsync("descriptor to connect to", () => Connection.ConnectAsync("fd:3"));

        // All of them are as they were.
        Assert.All(wrong.Where(static one => one.Number is not (-1 or Closed)), static one => Assert.True(RawRights.IsOpen(one.Number), one.What));
        Assert.Equal(5, peer.Send("hello"u8));
        Assert.Equal(5, connected.Receive(new byte[5]));
        connected.Dispose();
        peer.Dispose();
        RawRights.Close(read);
        RawRights.Close(write);
        await Verifier.Verify(_thrown.ToString());
    }

    [LinuxFact]
    public async Task FromHandle_Twice_IsRefusedTheSecondTime()
    {
        var socket = AdoptionTests.Bound();
        var number = AdoptionTests.Forget(socket);
        await using var server = Server.FromHandle(number);
        var (one, peer) = AdoptionTests.Pair();
        var (read, write) = RawRights.Pipe();
        await using var connection = Connection.FromHandle(one.SafeHandle);
        await using var reader = Connection.FromHandle(read);
        using var sameNumber = new SafeSocketHandle(number, ownsHandle: false);
        _thrown.Replace($"Descriptor {number} ", "Descriptor {server} ");
        _thrown.Replace($"Descriptor {read} ", "Descriptor {pipe} ");

        _thrown.Add("the number", () => Server.FromHandle(number));
        _thrown.Add("another handle of the number", () => Server.FromHandle(sameNumber));
        _thrown.Add("the number as text", () => Server.Listen($"fd:{number}"));
        _thrown.Add("a connection's handle again", () => Connection.FromHandle(one.SafeHandle));
        _thrown.Add("the pipe again", () => Connection.FromHandle(read));

        await using (var client = await Connection.ConnectAsync(server.LocalEndPoint).Soon())
            await (await server.AcceptAsync().Soon()).DisposeAsync();
        peer.Dispose();
        RawRights.Close(write);
        await Verifier.Verify(_thrown.ToString());
    }

    [LinuxFact]
    public async Task FromHandle_ClosedAfterwards_TheNumberIsFreeAgain()
    {
        for (var i = 0; i < 3; i++)
        {
            var socket = AdoptionTests.Bound();
            RawRights.Copy((int)socket.Handle, 701);
            socket.Dispose();
            await using var server = Server.FromHandle(701);
        }
    }

    [LinuxFact]
    public void FromHandle_ListenFails_TheHandleStaysTheCallers()
    {
        using var first = AdoptionTests.Bound();
        using var second = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        second.Bind(first.LocalEndPoint!);
        first.Listen();

        var exception = Assert.Throws<ConnectionException>(() => Server.FromHandle(second.SafeHandle));

        Assert.Equal(ConnectionError.AddressInUse, exception.Error);
        Assert.False(second.SafeHandle.IsClosed);
        first.Dispose();
        second.Listen();
    }
}
