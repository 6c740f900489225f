using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Net.Async.Tests.Kestrel;

/// <summary>End points of each kind, each reached as it was asked for.</summary>
[Collection(RowsCollection.Name)]
public class EndPointTests
{
    private static readonly Row[] s_rows =
    [
        new("port 0", PortZeroAsync),
        new("localhost", LocalhostAsync),
        new("any address", AnyAsync),
        new("one address of several", static stage => OnlyThereAsync(stage, IPAddress.Parse("127.0.0.2"), IPAddress.Loopback)),
        new("IPv6 alone", static stage => OnlyThereAsync(stage, IPAddress.IPv6Loopback, IPAddress.Loopback)),
        new("Unix socket", UnixAsync),
        new("inherited descriptor", static stage => DescriptorAsync(stage, unix: false)),
        new("inherited descriptor of a Unix socket", static stage => DescriptorAsync(stage, unix: true)),
        new("two apps on two transports", TwoAppsAsync),
        new("several end points of one app", SeveralAsync),
    ];

    public static TheoryData<string, string> Cases => Row.Cases(s_rows);

    [LinuxTheory]
    [MemberData(nameof(Cases))]
    public Task EndPoint_OfEachKind_IsAsOnKestrelsOwn(string row, string transport) => Comparison.PlayAsync(s_rows, row, transport);

    private static async Task PortZeroAsync(Stage stage)
    {
        var app = await StartAsync(stage, static kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        Assert.NotEqual(0, app.Port());
        stage.Say("address", app.Addresses.Single().GetLeftPart(UriPartial.Authority)[..^app.Port().ToString(null, null).Length]);
        await AskAsync(stage, app.EndPoint());
    }

    private static async Task LocalhostAsync(Stage stage)
    {
        var app = await stage.StartLocalhostAsync();
        stage.Say("host", app.Addresses.Single().Host);
        await AskAsync(stage, app.EndPoint());
        await AskAsync(stage, new IPEndPoint(IPAddress.IPv6Loopback, app.Port()));
        Assert.True(await Ports.IsRefusedAsync(new IPEndPoint(IPAddress.Parse("127.0.0.2"), app.Port())));
    }

    private static async Task AnyAsync(Stage stage)
    {
        var app = await StartAsync(stage, static kestrel => kestrel.ListenAnyIP(0));
        await AskAsync(stage, app.EndPoint());
        await AskAsync(stage, new IPEndPoint(IPAddress.IPv6Loopback, app.Port()));
    }

    // An address that is asked for is the only one that is bound. Another process may have the port at the other address: several are tried.
    private static async Task OnlyThereAsync(Stage stage, IPAddress address, IPAddress other)
    {
        for (var i = 0; ; i++)
        {
            var app = await StartAsync(stage, kestrel => kestrel.Listen(address, 0));
            var isAlone = await Ports.IsRefusedAsync(new IPEndPoint(other, app.Port()));
            Assert.True(isAlone || i < 5, $"{other} is bound, too, at each of 5 ports");
            if (!isAlone)
                continue;
            await AskAsync(stage, new IPEndPoint(address, app.Port()));
            return;
        }
    }

    private static async Task UnixAsync(Stage stage)
    {
        var path = stage.NewPath();
        var app = await StartAsync(stage, kestrel => kestrel.ListenUnixSocket(path));
        await AskAsync(stage, new UnixDomainSocketEndPoint(path));
        await app.StopAsync();
        stage.Say("the file stays", File.Exists(path));
    }

    private static async Task DescriptorAsync(Stage stage, bool unix)
    {
        EndPoint endPoint = unix ? new UnixDomainSocketEndPoint(stage.NewPath()) : new IPEndPoint(IPAddress.Loopback, 0);
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, unix ? ProtocolType.Unspecified : ProtocolType.Tcp);
        socket.Bind(endPoint);
        socket.Listen();
        endPoint = socket.LocalEndPoint!;
        var descriptor = (ulong)socket.Handle;
        // It is the server's from here on, as one of systemd's would be.
        socket.SafeHandle.SetHandleAsInvalid();
        await StartAsync(stage, kestrel => kestrel.ListenHandle(descriptor));
        await AskAsync(stage, endPoint);
    }

    private static async Task TwoAppsAsync(Stage stage)
    {
        var here = await StartAsync(stage, static kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        await using var control = await KestrelApp.StartAsync(Transports.Control, new Setup { Map = Site.Map });
        await AskAsync(stage, here.EndPoint());
        await AskAsync(stage, control.EndPoint());
        await here.StopAsync();
        await AskAsync(stage, control.EndPoint());
        Assert.True(await Ports.IsRefusedAsync(here.EndPoint()));
    }

    // The loops are the process's: a listener brings none of its own.
    private static async Task SeveralAsync(Stage stage)
    {
        var one = await StartAsync(stage, static kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        await AskAsync(stage, one.EndPoint());
        var before = Polls();
        var several = await StartAsync(stage, static kestrel =>
        {
            for (var i = 0; i < 8; i++)
                kestrel.Listen(IPAddress.Loopback, 0);
        });
        for (var i = 0; i < 8; i++)
            await AskAsync(stage, several.EndPoint(i));
        Assert.Equal(before, Polls());
    }

    private static Task<KestrelApp> StartAsync(Stage stage, Action<KestrelServerOptions> kestrel) => stage.StartAsync(new Setup { Kestrel = kestrel, Map = Site.Map });

    // Several clients: one of them is not the first.
    private static async Task AskAsync(Stage stage, EndPoint endPoint)
    {
        for (var i = 0; i < 3; i++)
        {
            await using var client = await RawClient.DialAsync(endPoint, 0);
            await client.SendAsync($"GET /addresses HTTP/1.1\r\nHost: localhost:{(endPoint as IPEndPoint)?.Port ?? 0}\r\n\r\n");
            var response = await client.ReadResponseAsync();
            // On a socket of both families Kestrel's own shows an IPv4 client as an IPv6 address; ours shows the client's.
            stage.Say("response", response.Replace("::ffff:", "", StringComparison.Ordinal).Replace("\n2b\r", "\n1d\r", StringComparison.Ordinal));
        }
    }

    private static int Polls() => Directory.EnumerateFileSystemEntries("/proc/self/fd").Count(static descriptor => new FileInfo(descriptor).LinkTarget == "anon_inode:[eventpoll]");
}
