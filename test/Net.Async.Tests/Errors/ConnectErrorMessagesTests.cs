using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using Net.Async.Testing;

namespace Net.Async.Tests;

/// <summary>What a connect that cannot be is answered with.</summary>
public sealed class ConnectErrorMessagesTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("connect-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task ConnectAsync_BadArguments_AreAsVerified()
    {
        var thrown = new ThrownMessages();
        await thrown.AddAsync("host null", () => Connection.ConnectAsync(null!, 80));
        await thrown.AddAsync("host empty", () => Connection.ConnectAsync("", 80));
        await thrown.AddAsync("host blank", () => Connection.ConnectAsync(" ", 80));
        await thrown.AddAsync("host with a space", () => Connection.ConnectAsync("a b", 80));
        await thrown.AddAsync("host 0x7f.1", () => Connection.ConnectAsync("0x7f.1", 80));
        await thrown.AddAsync("host [127.0.0.1]", () => Connection.ConnectAsync("[127.0.0.1]", 80));
        await thrown.AddAsync("host too long", () => Connection.ConnectAsync(new string('a', 254), 80));
        await thrown.AddAsync("host with NUL", () => Connection.ConnectAsync("a\0b", 80));
        await thrown.AddAsync("host 127.1", () => Connection.ConnectAsync("127.1", 80));
        await thrown.AddAsync("host in full-width digits", () => Connection.ConnectAsync("１２７.０.０.１", 80));
        await thrown.AddAsync("host that is no internationalized name", () => Connection.ConnectAsync("xn--ü", 80));
        await thrown.AddAsync("link-local without its interface", () => Connection.ConnectAsync("fe80::1", 80));
        await thrown.AddAsync("link-local end point", () => Connection.ConnectAsync(new IPEndPoint(IPAddress.Parse("fe80::1"), 80)));
        await thrown.AddAsync("port 0", () => Connection.ConnectAsync("127.0.0.1", 0));
        await thrown.AddAsync("port 0 of an end point", () => Connection.ConnectAsync(new IPEndPoint(IPAddress.Loopback, 0)));
        await thrown.AddAsync("port 0 of a name", () => Connection.ConnectAsync(new DnsEndPoint("example.test", 0)));
        await thrown.AddAsync("socket of a pipe", () => new HappyEyeballsConnector().ConnectSocketAsync(new NamedPipeEndPoint("x")));
        await thrown.AddAsync("port -1", () => Connection.ConnectAsync("127.0.0.1", -1));
        await thrown.AddAsync("port 65536", () => Connection.ConnectAsync("127.0.0.1", 65536, new ConnectionOptions()));
        await thrown.AddAsync("end point null", () => Connection.ConnectAsync((EndPoint)null!));
        await thrown.AddAsync("end point of an unknown kind", () => Connection.ConnectAsync(new StrangeEndPoint()));
        await thrown.AddAsync("text null", () => Connection.ConnectAsync((string)null!));
        await thrown.AddAsync("text bad", () => Connection.ConnectAsync("localhost"));
        await Verifier.Verify(thrown.ToString());
    }

    [Fact]
    public async Task ConnectAsync_NobodyThere_IsAsVerified()
    {
        var thrown = new ThrownMessages();
        // Bound and not listening: no other server can listen there either.
        using var bound = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        bound.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        thrown.Replace($":{((IPEndPoint)bound.LocalEndPoint!).Port}", ":{port}");
        thrown.Replace(_directory.FullName, "{directory}");
        var file = Path.Combine(_directory.FullName, "file");
        await File.WriteAllTextAsync(file, "");
        var pipe = "net-async-test-" + Guid.NewGuid().ToString("N");
        thrown.Replace(pipe, "{pipe}");

        await thrown.AddAsync("refused", () => Connection.ConnectAsync(bound.LocalEndPoint!));
        await thrown.AddAsync("missing path", () => Connection.ConnectAsync(new UnixDomainSocketEndPoint(Path.Combine(_directory.FullName, "missing"))));
        await thrown.AddAsync("regular file", () => Connection.ConnectAsync(new UnixDomainSocketEndPoint(file)));
        await thrown.AddAsync("unknown pipe", () => Connection.ConnectAsync(new NamedPipeEndPoint(pipe)));
        await Verifier.Verify(thrown.ToString());
    }

    [Fact]
    public async Task ConnectAsync_NameWithoutAddress_IsAsVerified()
    {
        var thrown = new ThrownMessages();
        var name = new DnsEndPoint("nonexistent.invalid", 80);
        await thrown.AddAsync("no address", () => Scripted(new ScriptedResolver().Add("nonexistent.invalid")).ConnectAsync(name));
        await Verifier.Verify(thrown.ToString());
    }

    [Fact]
    public async Task ConnectAsync_TimeLimitPassed_IsAsVerified()
    {
        var thrown = new ThrownMessages();
        var time = new FakeTimeProvider();
        var resolver = new ScriptedResolver(time).Add("slow.invalid", AddressFamily.InterNetwork, Timeout.InfiniteTimeSpan)
            .Add("slow.invalid", AddressFamily.InterNetworkV6, Timeout.InfiniteTimeSpan);
        var connecting = Scripted(resolver, time).ConnectAsync("slow.invalid", 80);
        Assert.NotEmpty(resolver.Queries);

        time.Advance(new HappyEyeballsOptions().ConnectTimeout);

        await thrown.AddAsync("time limit", () => connecting);
        await Verifier.Verify(thrown.ToString());
    }

    private static HappyEyeballsConnector Scripted(Resolver resolver, TimeProvider? time = null) =>
        new(new() { Resolver = resolver, TimeProvider = time ?? TimeProvider.System });
}
