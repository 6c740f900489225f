using System.Net;
using System.Net.Sockets;

namespace Net.Async.Tests;

/// <summary>What a listen that cannot be, and calls in the wrong state, are answered with.</summary>
public sealed class ListenErrorMessagesTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("listen-");
    private readonly ThrownMessages _thrown = new();

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task Listen_BadArguments_AreAsVerified()
    {
        _thrown.Add("end point null", () => Server.Listen((EndPoint)null!));
        _thrown.Add("text null", () => Server.Listen((string)null!));
        _thrown.Add("text bad", () => Server.Listen("localhost"));
        _thrown.Add("text of a name", () => Server.Listen("host.test:0"));
        _thrown.Add("text of every address, port bad", () => Server.Listen("*:65536"));
        _thrown.Add("text of every address, no port", () => Server.Listen("*"));
        _thrown.Add("text of this machine, port bad", () => Server.Listen("localhost:"));
        _thrown.Add("port -1", () => Server.Listen(-1));
        _thrown.Add("port 65536", () => Server.Listen(65536));
        _thrown.Add("name", () => Server.Listen(new DnsEndPoint("localhost", 0)));
        _thrown.Add("end point of an unknown kind", () => Server.Listen(new StrangeEndPoint()));
        _thrown.Add("too long path", () => Server.Listen("unix:/" + new string('a', 107)));
        _thrown.Add("bind null", () => Server.Bind((EndPoint)null!));
        _thrown.Add("list null", () => Server.Listen((IReadOnlyList<EndPoint>)null!));
        _thrown.Add("list empty", () => Server.Listen([]));
        _thrown.Add("list with null", () => Server.Listen([NetEndPoint.Loopback(0), null!]));
        _thrown.Add("list with a name", () => Server.Listen([NetEndPoint.Loopback(0), new DnsEndPoint("localhost", 0)]));
        _thrown.Add("list with one twice", () => Server.Listen([NetEndPoint.Loopback(80), new IPEndPoint(IPAddress.Parse("::ffff:127.0.0.1"), 80)]));
        _thrown.Add("list to bind, empty", () => Server.Bind([]));
        _thrown.Add("permissions for an abstract name", () => Server.Listen(NetEndPoint.Parse("unix:@name"), new ServerOptions { Listener = { UnixFileMode = UnixFileMode.UserWrite } }));
        await _thrown.AddAsync("asynchronous, list with an end point of an unknown kind", () => Server.ListenAsync([new DnsEndPoint("localhost", 0), new StrangeEndPoint()]));
        await _thrown.AddAsync("asynchronous, end point null", () => Server.ListenAsync((EndPoint)null!));
        await _thrown.AddAsync("asynchronous, text bad", () => Server.ListenAsync("localhost"));
        await _thrown.AddAsync("asynchronous, end point of an unknown kind", () => Server.ListenAsync(new StrangeEndPoint()));
        await Verifier.Verify(_thrown.ToString());
    }

    [Fact]
    public async Task Listen_AddressTaken_IsAsVerified()
    {
        await using var tcp = Server.Listen(0);
        await using var unix = Server.Listen(Unix("taken"));
        var pipe = new NamedPipeEndPoint("net-async-test-" + Guid.NewGuid().ToString("N"));
        await using var named = Server.Listen(pipe);
        _thrown.Replace($":{((IPEndPoint)tcp.LocalEndPoint).Port}", ":{port}");
        _thrown.Replace(_directory.FullName, "{directory}");
        _thrown.Replace(pipe.PipeName, "{pipe}");

        _thrown.Add("port", () => Server.Listen(tcp.LocalEndPoint));
        _thrown.Add("path", () => Server.Listen(Unix("taken")));
        _thrown.Add("pipe", () => Server.Listen(pipe));
        await Verifier.Verify(_thrown.ToString());
    }

    [Fact]
    public async Task Listen_PathThatCannotBe_IsAsVerified()
    {
        var file = Path.Combine(_directory.FullName, "file");
        await File.WriteAllTextAsync(file, "kept");
        _thrown.Replace(_directory.FullName, "{directory}");

        Directory.CreateSymbolicLink(Path.Combine(_directory.FullName, "link"), "nowhere");
        _thrown.Add("symbolic link", () => Server.Listen(Unix("link")));
        _thrown.Add("regular file", () => Server.Listen(Unix("file")));
        _thrown.Add("directory", () => Server.Listen(new UnixDomainSocketEndPoint(_directory.FullName)));
        _thrown.Add("missing directory", () => Server.Listen(Unix("missing/socket")));

        Assert.Equal("kept", await File.ReadAllTextAsync(file));
        await Verifier.Verify(_thrown.ToString());
    }

    [Fact]
    public async Task Server_WrongStateOrArguments_AreAsVerified()
    {
        await using var server = Server.Bind(NetEndPoint.Loopback(0));
        _thrown.Replace($":{((IPEndPoint)server.LocalEndPoint).Port}", ":{port}");

        await _thrown.AddAsync("accept before the start", () => server.AcceptAsync().AsTask());
        await _thrown.AddAsync("serve before the start", () => server.ServeAsync(static (_, _) => Task.CompletedTask));
        _thrown.Add("MaxConnections = -1", () => server.MaxConnections = -1);
        _thrown.Add("FullMode = 2", () => server.FullMode = (ServerFullMode)2);
        await _thrown.AddAsync("serve with null", () => server.ServeAsync(null!));
        server.Start();
        _thrown.Add("start twice", server.Start);
        await _thrown.AddAsync("stop with a negative deadline", () => server.StopAsync(TimeSpan.FromTicks(-1)));
        await _thrown.AddAsync("stop with a deadline above a day", () => server.StopAsync(TimeSpan.FromDays(1) + TimeSpan.FromTicks(1)));
        Assert.True(server.IsListening);
        await server.StopAsync(TimeSpan.Zero);
        await _thrown.AddAsync("accept after the stop", () => server.AcceptAsync().AsTask());
        _thrown.Add("start after the stop", server.Start);
        await Verifier.Verify(_thrown.ToString());
    }

    private UnixDomainSocketEndPoint Unix(string name) => new(Path.Combine(_directory.FullName, name));
}
