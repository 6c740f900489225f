using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;

namespace Net.Async.Tests.Samples;

/// <summary>The minimal API: a port, a Unix socket, a list, and SIGTERM.</summary>
public class MinimalApiSampleTests
{
    [LinuxFact]
    public async Task MinimalApi_PortSocketAndList_ServesThemAndEndsInOrder()
    {
        var (path, list) = (SampleProcess.NewPath(), SampleProcess.NewPath());
        await File.WriteAllTextAsync(list, "127.0.0.2 # a client that is not wanted\n192.0.2.0/24\n");
        await using var sample = SampleProcess.Start("MinimalApi", "0", path, list);
        var addresses = await sample.ReadAddressesAsync(2);
        File.Delete(list);
        Assert.Equal($"http://unix:{path}", addresses[1]);
        var url = new Uri(new Uri(addresses[0]), "notes");

        // What comes in by one of them, the other one shows.
        using (var tcp = ClientFrom(IPAddress.Loopback))
        using (var unix = ClientOf(path))
        {
            using (var posted = await tcp.PostAsJsonAsync(url, "by TCP").Soon())
                Assert.Equal(HttpStatusCode.Created, posted.StatusCode);
            using (var posted = await unix.PostAsJsonAsync("http://notes/notes", "by the Unix socket").Soon())
                Assert.Equal(HttpStatusCode.Created, posted.StatusCode);
            Assert.Equal(["by TCP", "by the Unix socket"], (await tcp.GetFromJsonAsync<string[]>(url).Soon())!);
            Assert.True(SampleProcess.IsForThisUserOnly(path));
        }

        using (var denied = ClientFrom(IPAddress.Parse("127.0.0.2")))
            await Assert.ThrowsAsync<HttpRequestException>(() => denied.GetStringAsync(url).Soon());

        var (code, output) = await sample.TerminateAsync();
        Assert.True(code == 0, output);
        Assert.False(File.Exists(path));
    }

    [Theory]
    [InlineData]
    [InlineData("8124")]
    [InlineData("no-port", "/tmp/a-socket")]
    [InlineData("0", "/tmp/a-socket", "a-list", "another")]
    public async Task MinimalApi_BadArguments_SaysHowAndExits2(params string[] arguments)
    {
        await using var sample = SampleProcess.Start("MinimalApi", arguments);

        Assert.Equal(2, (await sample.ExitAsync()).Code);
    }

    private static HttpClient ClientFrom(IPAddress source) => new(new SocketsHttpHandler
    {
        ConnectCallback = async (context, cancellationToken) =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(source, 0));
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        },
    });

    private static HttpClient ClientOf(string path) => new(new SocketsHttpHandler
    {
        ConnectCallback = async (_, cancellationToken) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        },
    });
}
