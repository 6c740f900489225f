using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Net.Async.Testing;

namespace Net.Async.Tests.Hosting;

/// <summary>Servers start with the host, serve, and stop with it.</summary>
public sealed class HostedServerTests : LeakCheck
{
    [Fact]
    public async Task AddServer_Delegate_ServesOnThePortThatTheRegistryTells()
    {
        await using var host = await TestHost.StartAsync(static builder => builder.Services.AddServer("echo", "tcp://127.0.0.1:0", TestHost.Echo));
        await using var client = await host.ConnectAsync("echo").Soon();

        await client.WriteLineAsync("hello");

        Assert.Equal("hello", await client.ReadLineAsync().Soon());
        Assert.Equal(HostedServerStatus.Listening, host.Hosted("echo").Status);
        Assert.Same(host.Hosted("echo"), host.Host.Services.GetServices<HostedServer>().Single());
    }

    [Fact]
    public async Task AddServer_SeveralAddresses_ListensOnAllWithOnePort()
    {
        await using var host = await TestHost.StartAsync(static builder => builder.Services.AddServer("echo", ["127.0.0.1:0", "127.0.0.2:0"], TestHost.Echo));
        var endPoints = host.Server("echo").LocalEndPoints.Cast<IPEndPoint>().ToArray();

        Assert.Equal(["127.0.0.1", "127.0.0.2"], endPoints.Select(static endPoint => endPoint.Address.ToString()));
        Assert.Equal(endPoints[0].Port, endPoints[1].Port);
        foreach (var endPoint in endPoints)
            await using (await Connection.ConnectAsync(endPoint).Soon())
            {
            }
    }

    [Theory]
    [InlineData("localhost:0")]
    [InlineData("*:0")]
    [InlineData(":0")]
    [InlineData("0")]
    public async Task AddServer_TextsOfListen_Listen(string endPoint)
    {
        await using var host = await TestHost.StartAsync(builder => builder.Services.AddServer("echo", endPoint, TestHost.Echo));

        var port = ((IPEndPoint)host.Server("echo").LocalEndPoint).Port;
        await using (await Connection.ConnectAsync("127.0.0.1", port).Soon())
        {
        }
    }

    [Fact]
    public async Task UseListener_MemoryNetwork_IsServedThere()
    {
        var network = new MemoryNetwork();
        var endPoint = new IPEndPoint(IPAddress.Loopback, 80);
        await using var host = await TestHost.StartAsync(builder => builder.Services.AddServer("echo", TestHost.Echo).UseListener(_ => network.Bind(endPoint)));
        await using var client = await network.Connector.ConnectAsync(endPoint).Soon();

        await client.WriteLineAsync("hello");

        Assert.Equal("hello", await client.ReadLineAsync().Soon());
    }

    [Fact]
    public async Task Server_BeforeTheStart_SaysThatTheHostMakesIt()
    {
        await using var host = TestHost.Build(static builder => builder.Services.AddServer("echo", "127.0.0.1:0", TestHost.Echo));

        var error = Assert.Throws<InvalidOperationException>(() => host.Server("echo"));

        Assert.Equal("The server 'echo' does not listen yet: the host makes it when the host starts.", error.Message);
        Assert.Equal(HostedServerStatus.NotStarted, host.Hosted("echo").Status);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("a:b")]
    public void AddServer_WrongName_NamesTheParameter(string name) =>
        Assert.Equal("name", Assert.Throws<ArgumentException>(() => new ServiceCollection().AddServer(name, "127.0.0.1:0", TestHost.Echo)).ParamName);

    [Fact]
    public void AddServer_NameTwice_IsAnErrorWhateverItsCase()
    {
        var services = new ServiceCollection();
        services.AddServer("echo", "127.0.0.1:0", TestHost.Echo);

        var error = Assert.Throws<ArgumentException>(() => services.AddServer("Echo", "127.0.0.1:0", TestHost.Echo));

        Assert.Equal(("name", true), (error.ParamName, error.Message.StartsWith("There is a server 'echo' already.", StringComparison.Ordinal)));
    }

    [Fact]
    public void AddServer_NoEndPointText_IsAnErrorAtOnce()
    {
        var error = Assert.Throws<FormatException>(() => new ServiceCollection().AddServer("echo", "127.0.0.1", TestHost.Echo));

        Assert.Contains("127.0.0.1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_AddressInUse_FailsWithTheServerAndTheEndPoint()
    {
        await using var taken = Server.Listen("127.0.0.1:0");
        var endPoint = NetEndPoint.Format(taken.LocalEndPoint);
        var first = TestHost.Build(builder =>
        {
            builder.Services.AddServer("first", "127.0.0.1:0", TestHost.Echo);
            builder.Services.AddServer("second", endPoint, TestHost.Echo);
        });
        var hosted = first.Hosted("first");
        await using (first)
        {
            var error = await Assert.ThrowsAsync<ConnectionException>(() => first.Host.StartAsync()).Soon();

            Assert.Equal(ConnectionError.AddressInUse, error.Error);
            Assert.Equal(taken.LocalEndPoint, error.EndPoint);
            Assert.Contains("'second'", error.Message, StringComparison.Ordinal);
            Assert.Contains(endPoint, error.Message, StringComparison.Ordinal);
            Assert.Equal(HostedServerStatus.Failed, first.Hosted("second").Status);
        }

        Assert.Equal(HostedServerStatus.Stopped, hosted.Status);
    }

    [Fact]
    public async Task Start_OtherServiceFails_StopsTheServersWithTheHost()
    {
        var host = TestHost.Build(static builder =>
        {
            builder.Services.AddServer("echo", "127.0.0.1:0", TestHost.Echo);
            builder.Services.AddHostedService<FailingService>();
        });
        await Assert.ThrowsAsync<NotSupportedException>(() => host.Host.StartAsync()).Soon();
        var endPoint = host.Server("echo").LocalEndPoint;

        await ((IAsyncDisposable)host.Host).DisposeAsync();

        Assert.Equal(ConnectionError.Refused, (await Assert.ThrowsAsync<ConnectionException>(async () => await Connection.ConnectAsync(endPoint))).Error);
    }

    [Fact]
    public async Task Start_NoEndPointAnywhere_SaysWhereToSetIt()
    {
        await using var host = TestHost.Build(static builder => builder.Services.AddServer("echo", TestHost.Echo));

        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.Host.StartAsync()).Soon();

        Assert.Equal("The server 'echo' has no end point: set Servers:echo:EndPoints, or name one where it is added.", error.Message);
    }

    [Fact]
    public async Task Start_ClientsBeforeTheLastService_WaitUntilItHasStarted()
    {
        var slow = new SlowService();
        var served = new TaskCompletionSource<bool>();
        await using var host = TestHost.Build(builder =>
        {
            builder.Services.AddServer("hello", "127.0.0.1:0", (connection, _) =>
            {
                served.TrySetResult(slow.HasStarted);
                return Task.CompletedTask;
            });
            builder.Services.AddSingleton<IHostedService>(slow);
        });
        var starting = host.Host.StartAsync();
        await slow.Starting.Soon();
        await using var client = await host.ConnectAsync("hello").Soon();
        slow.Start();
        await starting.Soon();

        Assert.True(await served.Task.Soon());
    }

    [Fact]
    public async Task Stop_OtherServices_StopAfterTheLastConnection()
    {
        var stopped = false;
        var wasStopped = new TaskCompletionSource<bool>();
        var service = new StopService(() => stopped = true);
        await using var host = await TestHost.StartAsync(builder =>
        {
            builder.Services.AddServer("wait", "127.0.0.1:0", async (connection, stopping) =>
            {
                await connection.ReadLineAsync(CancellationToken.None);
                wasStopped.TrySetResult(stopped);
            });
            builder.Services.AddSingleton<IHostedService>(service);
        });
        await using var client = await host.ConnectAsync("wait").Soon();
        await Eventually.IsAsync(() => host.Server("wait").ConnectionCount == 1, "the connection");

        var stopping = host.Host.StopAsync();
        await Eventually.FiresAsync("the stop", host.Server("wait").Stopping);
        await client.WriteLineAsync("done");
        await stopping.Soon();

        Assert.False(await wasStopped.Task.Soon());
        Assert.True(stopped);
    }

    private sealed class FailingService : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => throw new NotSupportedException("no start");

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private sealed class SlowService : IHostedService
    {
        private readonly TaskCompletionSource _starting = new(), _start = new();

        public Task Starting => _starting.Task;

        public bool HasStarted { get; private set; }

        public void Start() => _start.SetResult();

        public async Task StartAsync(CancellationToken cancellationToken)
        {
            _starting.SetResult();
            await _start.Task;
            HasStarted = true;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private sealed class StopService(Action stopped) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken)
        {
            stopped();
            return Task.CompletedTask;
        }
    }
}
