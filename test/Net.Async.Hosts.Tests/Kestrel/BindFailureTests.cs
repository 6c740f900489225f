using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Net.Async.Tests.Kestrel;

/// <summary>End points that cannot be bound: the app does not start, and says why.</summary>
[Collection(RowsCollection.Name)]
public partial class BindFailureTests
{
    private static readonly Row[] s_rows =
    [
        new("unknown kind", static stage => FailsAsync(stage, static kestrel => kestrel.Listen(new UnknownEndPoint()))),
        new("named pipe", static stage => FailsAsync(stage, static kestrel => kestrel.ListenNamedPipe("netasync-test-pipe"))),
        new("port in use", PortInUseAsync),
        new("localhost in use", LocalhostInUseAsync),
        new("Unix socket in use", UnixInUseAsync),
        new("file of a Unix socket that was left behind", UnixStaleAsync),
        new("address that is not here", static stage => FailsAsync(stage, static kestrel => kestrel.Listen(IPAddress.Parse("192.0.2.1"), 0))),
        new("directory that is not there", static stage => FailsAsync(stage, static kestrel => kestrel.ListenUnixSocket("/netasync-no-such-directory/socket"))),
    ];

    public static TheoryData<string, string> Cases => Row.Cases(s_rows);

    [LinuxTheory]
    [MemberData(nameof(Cases))]
    public Task Bind_ThatFails_IsAsOnKestrelsOwn(string row, string transport) => Comparison.PlayAsync(s_rows, row, transport);

    private static async Task PortInUseAsync(Stage stage)
    {
        var first = await stage.StartAsync(new Setup { Kestrel = static kestrel => kestrel.Listen(IPAddress.Loopback, 0), Map = Site.Map });
        await FailsAsync(stage, kestrel => kestrel.Listen(IPAddress.Loopback, first.Port()));
        // The first serves as before.
        await using var client = await RawClient.DialAsync(first.EndPoint(), 0);
        await client.SendAsync("GET /plain HTTP/1.1\r\nHost: one.test\r\n\r\n");
        stage.Say("response", await client.ReadResponseAsync());
    }

    private static async Task LocalhostInUseAsync(Stage stage)
    {
        var first = await stage.StartLocalhostAsync();
        await FailsAsync(stage, kestrel => kestrel.ListenLocalhost(first.Port()));
    }

    private static async Task UnixInUseAsync(Stage stage)
    {
        var path = stage.NewPath();
        await stage.StartAsync(new Setup { Kestrel = kestrel => kestrel.ListenUnixSocket(path), Map = Site.Map });
        await FailsAsync(stage, kestrel => kestrel.ListenUnixSocket(path));
    }

    private static async Task UnixStaleAsync(Stage stage)
    {
        var path = stage.NewPath();
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        // As a process that is killed leaves it.
        using (var left = new SafeSocketHandle(socket.Handle, ownsHandle: true))
            socket.SafeHandle.SetHandleAsInvalid();
        Assert.True(File.Exists(path));
        await FailsAsync(stage, kestrel => kestrel.ListenUnixSocket(path));
    }

    private static async Task FailsAsync(Stage stage, Action<KestrelServerOptions> kestrel)
    {
        var exception = await Record.ExceptionAsync(() => KestrelApp.StartAsync(stage.Transport, new Setup { Kestrel = kestrel, Map = Site.Map }));
        Assert.NotNull(exception);
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            // What the operating system's error is wrapped in, and its text, are the transport's own; what Kestrel throws, and what it looks for, is not.
            if (cause is SocketException || cause.GetType().Namespace == typeof(AddressInUseException).Namespace)
                stage.Say("cause", cause.GetType().Name);
            else if (cause == exception)
                stage.Say("exception", $"{cause.GetType().Name}: {Varying().Replace(cause.Message, "*")}");
        }
    }

    [GeneratedRegex(@"(?<=:)\d+|[0-9a-f]{32}")]
    private static partial Regex Varying();

    private sealed class UnknownEndPoint : EndPoint
    {
        public override string ToString() => "unknown:1";
    }
}
