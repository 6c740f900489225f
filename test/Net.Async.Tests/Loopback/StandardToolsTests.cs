using System.Net;
using System.Text;
using Net.Async.Tests.Contract;

namespace Net.Async.Tests.Loopback;

/// <summary>The tools that everybody has, against the echo sample in a process of its own.</summary>
public class StandardToolsTests
{
    [Needs("nc")]
    public async Task Nc_HalfCloses_GetsTheWholeEcho200TimesOf200()
    {
        var (server, endPoint) = await Child.StartEchoAsync("127.0.0.1:0");
        await using var _ = server;
        var port = IPEndPoint.Parse(endPoint).Port.ToString();
        var large = Bytes.Random(1024 * 1024);
        for (var i = 0; i < 200; i++)
        {
            Assert.Equal("hi", Encoding.ASCII.GetString(await NcAsync("hi"u8.ToArray(), "-N", "127.0.0.1", port)));
            var echo = await NcAsync(large, "-N", "127.0.0.1", port);
            Assert.True(large.SequenceEqual(echo), $"the echo differs in round {i}: {echo.Length} bytes");
        }
    }

    [Needs("nc")]
    public async Task Nc_OverAUnixSocket_GetsTheWholeEcho()
    {
        var path = Path.Combine(Path.GetTempPath(), $"net-async-nc-{Environment.ProcessId}");
        var (server, endPoint) = await Child.StartEchoAsync("unix:" + path);
        await using var _ = server;
        Assert.Equal("unix:" + path, endPoint);
        var large = Bytes.Random(1024 * 1024);
        Assert.Equal(large, await NcAsync(large, "-N", "-U", path));
        File.Delete(path);
    }

    [Needs("socat")]
    public async Task Socat_OverTcp_GetsTheWholeEcho()
    {
        var (server, endPoint) = await Child.StartEchoAsync("127.0.0.1:0");
        await using var _ = server;
        await SocatAsync("TCP:" + endPoint);
    }

    [Needs("socat")]
    public async Task Socat_OverUnixSockets_GetsTheWholeEcho()
    {
        var name = $"net-async-socat-{Environment.ProcessId}";
        var path = Path.Combine(Path.GetTempPath(), name);
        var (server, _) = await Child.StartEchoAsync("unix:" + path);
        await using (server)
            await SocatAsync("UNIX-CONNECT:" + path);
        File.Delete(path);
        (server, _) = await Child.StartEchoAsync("unix:@" + name);
        await using (server)
            await SocatAsync("ABSTRACT-CONNECT:" + name);
    }

    private static async Task SocatAsync(string address)
    {
        var large = Bytes.Random(1024 * 1024);
        await using var socat = Child.Start("socat", "-t", "20", "-", address);
        Assert.Equal(large, await socat.ExchangeAsync(large));
    }

    private static async Task<byte[]> NcAsync(byte[] bytes, params string[] arguments)
    {
        await using var nc = Child.Start("nc", arguments);
        return await nc.ExchangeAsync(bytes);
    }
}
