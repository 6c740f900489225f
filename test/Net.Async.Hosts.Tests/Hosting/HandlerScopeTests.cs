using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Net.Async.Tests.Hosting;

/// <summary>A handler from dependency injection has a scope of its own, which ends after its connection.</summary>
public sealed class HandlerScopeTests : LeakCheck
{
    [Fact]
    public async Task Handler_EachConnection_HasAScopeOfItsOwn()
    {
        await using var host = await TestHost.StartAsync(static builder =>
        {
            builder.Services.AddScoped<Session>();
            builder.Services.AddServer<Greeter>("greet", "127.0.0.1:0");
        });
        await using var first = await host.ConnectAsync("greet").Soon();
        await using var second = await host.ConnectAsync("greet").Soon();

        var ids = new[] { await first.ReadLineAsync().Soon(), await second.ReadLineAsync().Soon() };

        Assert.NotEqual(ids[0], ids[1]);
    }

    [Fact]
    public async Task Scope_HandlerReturns_IsDisposedAsyncAfterTheConnection()
    {
        var events = new Events();
        await using var host = await StartAsync(events);
        await using (var client = await host.ConnectAsync("greet").Soon())
        {
            Assert.NotNull(await client.ReadLineAsync().Soon());
            Assert.Empty(events.Disposed);
        }

        await Eventually.IsAsync(() => events.Disposed.Count == 1, "the scope");
        Assert.Equal(ConnectionState.Closed, events.Disposed[0].State);
        Assert.True(events.Disposed[0].Closed.IsCancellationRequested);
    }

    [Fact]
    public async Task Scope_HandlerThrows_IsDisposedAndTheClientSeesAReset()
    {
        var events = new Events { Failure = new InvalidOperationException("no") };
        await using var host = await StartAsync(events);
        await using var client = await host.ConnectAsync("greet").Soon();
        await client.WriteLineAsync("go");

        var error = await Assert.ThrowsAsync<ConnectionException>(async () =>
        {
            while (await client.ReadLineAsync().Soon() is not null)
            {
            }
        });

        Assert.Equal(ConnectionError.Reset, error.Error);
        await Eventually.IsAsync(() => events.Disposed.Count == 1, "the scope");
        Assert.Equal(1, host.Server("greet").HandlerFailures);
    }

    [Fact]
    public async Task Scope_DisposeFails_IsLoggedAndIsNoHandlerFailure()
    {
        var events = new Events { DisposeFailure = new InvalidOperationException("no dispose") };
        await using var host = await StartAsync(events);
        await using (var client = await host.ConnectAsync("greet").Soon())
            Assert.NotNull(await client.ReadLineAsync().Soon());

        await Eventually.IsAsync(() => host.Log.Of("greet").Any(static record => record.Id.Id == 17), "the message");
        Assert.Equal(0, host.Server("greet").HandlerFailures);
    }

    [Fact]
    public async Task Stop_ScopeThatTakesItsTime_IsWaitedFor()
    {
        var events = new Events { DisposeDelay = TimeSpan.FromMilliseconds(200) };
        await using var host = await StartAsync(events);
        await using var client = await host.ConnectAsync("greet").Soon();
        Assert.NotNull(await client.ReadLineAsync().Soon());

        await host.Host.StopAsync().Soon();

        Assert.Single(events.Disposed);
    }

    [Fact]
    public async Task Handler_RegisteredAsSingleton_IsTheOne()
    {
        var greeter = new Greeter(new Session(new Events()));
        await using var host = await TestHost.StartAsync(builder =>
        {
            builder.Services.AddSingleton(greeter);
            builder.Services.AddServer<Greeter>("greet", "127.0.0.1:0");
        });
        await using var client = await host.ConnectAsync("greet").Soon();

        Assert.Equal(greeter.Session.Id, await client.ReadLineAsync().Soon());
    }

    [Fact]
    public async Task Handler_ThatCannotBeMade_FailsItsConnectionWithTheReasonInTheLog()
    {
        await using var host = await TestHost.StartAsync(static builder => builder.Services.AddServer<Greeter>("greet", "127.0.0.1:0"));
        await host.TouchAsync("greet");

        await Eventually.IsAsync(() => host.Log.Of("greet").Any(static record => record.Id.Id == 10 && record.Exception!.Message.Contains(nameof(Session), StringComparison.Ordinal)), "the message");
    }

    private static Task<TestHost> StartAsync(Events events) => TestHost.StartAsync(builder =>
    {
        builder.Services.AddSingleton(events);
        builder.Services.AddScoped<Session>();
        builder.Services.AddServer<Greeter>("greet", "127.0.0.1:0");
    });

    private sealed class Events
    {
        public List<Connection> Disposed { get; } = [];

        public Exception? Failure { get; init; }

        public Exception? DisposeFailure { get; init; }

        public TimeSpan DisposeDelay { get; init; }
    }

    private sealed class Session(Events? events = null) : IAsyncDisposable
    {
        public string Id { get; } = Guid.NewGuid().ToString();

        public Connection? Connection { get; set; }

        public Exception? Failure => events?.Failure;

        public async ValueTask DisposeAsync()
        {
            if (events is null || Connection is null)
                return;
            await Task.Delay(events.DisposeDelay);
            events.Disposed.Add(Connection);
            if (events.DisposeFailure is { } failure)
                throw failure;
        }
    }

    private sealed class Greeter(Session session) : IConnectionHandler
    {
        public Session Session => session;

        public async Task HandleAsync(Connection connection, CancellationToken stopping)
        {
            session.Connection = connection;
            await connection.WriteLineAsync(session.Id, CancellationToken.None);
            await connection.ReadLineAsync(stopping);
            if (session.Failure is { } failure)
                throw failure;
        }
    }
}
