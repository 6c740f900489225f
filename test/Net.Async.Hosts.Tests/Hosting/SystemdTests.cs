using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting.Systemd;

namespace Net.Async.Tests.Hosting;

/// <summary>systemd's sockets are listened on, and systemd hears how the servers are: the test is systemd.</summary>
public sealed class SystemdTests : LeakCheck
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("net-async-");

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    [LinuxTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Worker_StartedBySystemd_TakesItsSocketsAndNotifies(bool isAbstract)
    {
        using var systemd = Manager.Bind(isAbstract ? $"@net-async-{Guid.NewGuid():N}" : Path.Combine(_directory.FullName, "notify"));
        using var first = Listener();
        using var second = Listener();
        // Descriptors 3 and 4 are two sockets of one name.
        var script = $"""
            exec 3<&{first.Handle} 4<&{second.Handle}
            export NOTIFY_SOCKET='{systemd.Name}' WATCHDOG_USEC=200000 WATCHDOG_PID=$BASHPID LISTEN_PID=$BASHPID LISTEN_FDS=2 LISTEN_FDNAMES=front:front
            $worker --Servers:lines:EndPoints:0=systemd:front --Servers:lines:EndPoints:1=127.0.0.1:0
            """;

        await using var worker = await WorkerProcess.StartBySystemdAsync(_directory.FullName, script);
        foreach (var endPoint in new[] { first.LocalEndPoint!, second.LocalEndPoint! })
        {
            await using var client = await Connection.ConnectAsync(endPoint).Soon();
            await client.WriteLineAsync("hello");
            Assert.Equal("hello", await client.ReadLineAsync().Soon());
        }

        await systemd.SaysAsync("READY=1");
        await systemd.SaysAsync("WATCHDOG=1");
        await systemd.SaysAsync($"STATUS=lines: Listening on {first.LocalEndPoint}, {second.LocalEndPoint}, 127.0.0.1:");
        worker.Terminate();
        await systemd.SaysAsync("STOPPING=1");

        Assert.Equal(0, await worker.WaitForExitAsync());
        // The sockets are systemd's: they listen for the next process.
        await using (await Connection.ConnectAsync(first.LocalEndPoint!).Soon())
        {
        }

        await systemd.SaysAsync("STATUS=lines: Stopped");
    }

    [LinuxFact]
    public async Task Start_NoSuchSocket_NamesItAndTheServer()
    {
        await using var host = TestHost.Build(static builder => builder.Services.AddServer("web", "systemd:web", TestHost.Echo));

        var error = await Assert.ThrowsAsync<ConnectionException>(() => host.Host.StartAsync()).Soon();

        Assert.Equal("The server 'web' cannot listen. Could not listen on systemd:web: Of systemd there is no socket 'web'; there are: .", error.Message);
    }

    [LinuxFact]
    public async Task Notifier_ThatFails_StopsNothing()
    {
        await using var host = await TestHost.StartAsync(static builder =>
        {
            builder.Services.AddSingleton<ISystemdNotifier, Failing>();
            builder.Services.AddServer("echo", "127.0.0.1:0", TestHost.Echo);
            builder.Services.AddSystemdNotifications();
        });

        await Eventually.IsAsync(() => host.Log.All.Any(static record => record.Id.Id == 60), "the message");
        await host.Host.StopAsync().Soon();
    }

    [Theory]
    [InlineData(null, null, null)]
    [InlineData("0", null, null)]
    [InlineData("-5", null, null)]
    [InlineData("many", null, null)]
    [InlineData("3000000", null, 1500.0)]
    [InlineData("3000000", "", 1500.0)]
    [InlineData("3000000", "42", 1500.0)]
    [InlineData("3000000", "43", null)]
    [InlineData("9000000000000000000", null, 43_200_000.0)]
    public void Of_TheEnvironment_IsHalfOfTheTimeOfThisProcess(string? microseconds, string? process, double? milliseconds) =>
        Assert.Equal(milliseconds, WatchdogInterval.Of(microseconds, process, 42)?.TotalMilliseconds);

    // The child gets it by its number, as systemd's children do.
    private static Socket Listener()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.Listen(16);
        Net.Async.Descriptors.SetInherited((int)socket.Handle, true);
        return socket;
    }

    private sealed class Failing : ISystemdNotifier
    {
        public bool IsEnabled => true;

        public void Notify(ServiceState state) => throw new SocketException((int)SocketError.ConnectionRefused);
    }

    /// <summary>Where systemd hears notifications.</summary>
    private sealed class Manager : IDisposable
    {
        private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        private readonly ConcurrentQueue<string> _heard = [];

        private Manager(string name) => Name = name;

        public string Name { get; }

        public static Manager Bind(string name)
        {
            var manager = new Manager(name);
            manager._socket.Bind(new UnixDomainSocketEndPoint(name.StartsWith('@') ? '\0' + name[1..] : name));
            _ = manager.ReceiveAsync();
            return manager;
        }

        public Task SaysAsync(string beginning) => Eventually.IsAsync(() => _heard.Any(text => text.StartsWith(beginning, StringComparison.Ordinal)), () => $"{beginning}; there were {string.Join('\n', _heard)}");

        public void Dispose() => _socket.Dispose();

        private async Task ReceiveAsync()
        {
            var buffer = new byte[4096];
            try
            {
                while (true)
                    _heard.Enqueue(Encoding.UTF8.GetString(buffer, 0, await _socket.ReceiveAsync(buffer)));
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                // The test is over.
            }
        }
    }
}
