using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Net.Async.Tests.Contract;

namespace Net.Async.Tests.Io;

/// <summary>Clients of Unix sockets under every name that the kernel gives: longer than the listener's own, without room for a NUL, abstract, chosen by the kernel, none.</summary>
public sealed partial class UnixPeerNameTests : LeakCheck
{
    private const int Family = 1, Longest = 108;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("na");

    public override async Task DisposeAsync()
    {
        _directory.Delete(recursive: true);
        await base.DisposeAsync();
    }

    public static TheoryData<string, string> Cases()
    {
        var cases = new TheoryData<string, string>();
        foreach (var engine in Engines.Names)
        {
            foreach (var way in (string[])["listen", "abstract", "bound", "adopted", "pipe"])
                cases.Add(engine, way);
        }

        return cases;
    }

    [LinuxTheory]
    [MemberData(nameof(Cases))]
    public async Task AcceptAsync_ClientsUnderEveryName_AreServedAndNamed(string engine, string way)
    {
        await using var server = Listen(engine, way);
        foreach (var name in Names())
        {
            using var client = Bound(name);
            var accepting = server.AcceptAsync();
            await client.ConnectAsync(SocketOf(server));
            await using var connection = await accepting.Soon();
            if (way != "pipe" && name is { Length: > 0 })
                Assert.Equal(name.Replace('\0', '@'), connection.RemoteEndPoint!.ToString());
            await client.SendAsync(new byte[] { 7 });
            Assert.Equal([7], await connection.Input.ReadExactlyAsync(1));
            connection.Abort();
        }
    }

    // They were there before anyone accepts: the accept ends at once.
    [LinuxTheory]
    [MemberData(nameof(Cases))]
    public async Task AcceptAsync_ClientsWaitedInTheQueue_AreServed(string engine, string way)
    {
        await using var server = Listen(engine, way);
        Socket[] clients = [.. Names().Select(Bound)];
        foreach (var client in clients)
            client.Connect(SocketOf(server));
        foreach (var client in clients)
        {
            await using var connection = await server.AcceptAsync().Soon();
            connection.Abort();
            client.Dispose();
        }
    }

    private string?[] Names() =>
    [
        Path.Combine(_directory.FullName, "c").PadRight(Longest, 'x'),
        Path.Combine(_directory.FullName, "c").PadRight(Longest - 1, 'x'),
        Path.Combine(_directory.FullName, "c"),
        "\0".PadRight(Longest, 'y'),
        "\0y",
        "",
        null,
    ];

    private Server Listen(string engine, string way)
    {
        var options = Engines.Serving(engine);
        var path = new UnixDomainSocketEndPoint(Path.Combine(_directory.FullName, "s"));
        switch (way)
        {
            case "abstract":
                return Server.Listen(new UnixDomainSocketEndPoint("\0" + Guid.NewGuid().ToString("N")), options);
            case "bound":
                return BoundSocket.Bind(path).Listen(options);
            case "adopted":
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                socket.Bind(path);
                // Its finalizer would remove the file.
                GC.SuppressFinalize(socket);
                return Server.FromHandle(socket.SafeHandle, options);
            case "pipe":
                return Server.Listen(new NamedPipeEndPoint("na-" + Guid.NewGuid().ToString("N")[..8]), options);
            default:
                return Server.Listen(path, options);
        }
    }

    private static EndPoint SocketOf(Server server) => server.LocalEndPoint is NamedPipeEndPoint pipe
        ? new UnixDomainSocketEndPoint(Path.Combine(Path.GetTempPath(), "CoreFxPipe_" + pipe.PipeName))
        : server.LocalEndPoint;

    // Empty: the kernel chooses an abstract name (unix(7), autobind). The base class library's end point has not all of these.
    private static Socket Bound(string? name)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        if (name is null)
            return socket;
        var address = new byte[sizeof(ushort) + name.Length];
        BitConverter.TryWriteBytes(address, (ushort)Family);
        Encoding.UTF8.GetBytes(name, address.AsSpan(sizeof(ushort)));
        if (name.StartsWith('/'))
            File.Delete(name);
        Assert.Equal(0, Bind((int)socket.Handle, address, address.Length));
        return socket;
    }

    [LibraryImport("libc", EntryPoint = "bind")]
    private static partial int Bind(int descriptor, byte[] address, int length);
}
