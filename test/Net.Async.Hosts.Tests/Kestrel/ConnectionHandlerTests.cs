using System.Buffers;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;

namespace Net.Async.Tests.Kestrel;

/// <summary>Handlers and pipelines of ASP.NET Core on a server of Net.Async, without Kestrel.</summary>
public class ConnectionHandlerTests : LeakCheck
{
    [Fact]
    public async Task ServeAsync_AHandler_ServesEveryConnection()
    {
        await using var server = Server.Listen(0);
        var handler = new Echo();
        var serving = server.ServeAsync(handler);

        await Task.WhenAll(Enumerable.Range(0, 20).Select(async i =>
        {
            await using var client = await Connection.ConnectAsync(server.LocalEndPoint);
            await client.WriteLineAsync($"hello {i}");
            await client.Output.CompleteAsync();
            Assert.Equal($"hello {i}", await client.ReadLineAsync());
            Assert.Null(await client.ReadLineAsync());
        })).Soon();

        Assert.Equal(20, handler.Ids.Distinct().Count());
        await server.StopAsync().Soon();
        await serving.Soon();
        Assert.Equal(0, server.HandlerFailures);
    }

    [Fact]
    public async Task ServeAsync_APipeline_RunsItsMiddlewareInOrder()
    {
        await using var services = new ServiceCollection().AddLogging().AddSingleton<Echo>().BuildServiceProvider();
        var order = new List<string>();
        var pipeline = new ConnectionBuilder(services)
            .Use(next => async context =>
            {
                order.Add("first");
                context.Items["name"] = "first";
                await next(context);
                order.Add("first is over");
            })
            .Use(next => async context =>
            {
                order.Add($"second after {context.Items["name"]}");
                await next(context);
            })
            .UseConnectionHandler<Echo>()
            .Build();
        await using var server = Server.Listen(0);
        var serving = server.ServeAsync(pipeline);

        await using (var client = await Connection.ConnectAsync(server.LocalEndPoint).Soon())
        {
            await client.WriteLineAsync("hello").AsTask().Soon();
            await client.Output.CompleteAsync().Soon();
            Assert.Equal("hello", await client.ReadLineAsync().AsTask().Soon());
            Assert.Null(await client.ReadLineAsync().AsTask().Soon());
        }

        await server.StopAsync().Soon();
        await serving.Soon();
        Assert.Equal(["first", "second after first", "first is over"], order);
    }

    [Fact]
    public async Task ServeAsync_AHandlerThatThrows_ResetsItsClientAndServesOthers()
    {
        var failures = new List<Exception>();
        await using var server = Server.Listen(0, new() { OnError = (_, exception) => failures.Add(exception) });
        var serving = server.ServeAsync(async context =>
        {
            var read = await context.Transport.Input.ReadAsync();
            context.Transport.Input.AdvanceTo(read.Buffer.Start);
            if (read.Buffer.FirstSpan[0] == 'x')
                throw new InvalidDataException("no x");
            await context.Transport.Output.WriteAsync("fine\n"u8.ToArray());
        });

        await using (var bad = await Connection.ConnectAsync(server.LocalEndPoint).Soon())
        {
            await bad.WriteLineAsync("x").AsTask().Soon();
            Assert.Equal(ConnectionError.Reset, (await Assert.ThrowsAsync<ConnectionException>(() => bad.ReadLineAsync().AsTask().Soon())).Error);
        }

        await using (var good = await Connection.ConnectAsync(server.LocalEndPoint).Soon())
        {
            await good.WriteLineAsync("y").AsTask().Soon();
            Assert.Equal("fine", await good.ReadLineAsync().AsTask().Soon());
        }

        await server.StopAsync().Soon();
        await serving.Soon();
        Assert.Equal(1, server.HandlerFailures);
        Assert.Equal("no x", Assert.Single(failures).Message);
    }

    [Fact]
    public async Task StopAsync_AHandlerThatWaitsForItsClient_AbortsItAtTheDeadline()
    {
        await using var server = Server.Listen(0);
        var started = new TaskCompletionSource<ConnectionContext>(TaskCreationOptions.RunContinuationsAsynchronously);
        var serving = server.ServeAsync(async context =>
        {
            started.SetResult(context);
            await context.Transport.Input.ReadAsync();
        });
        await using var client = await Connection.ConnectAsync(server.LocalEndPoint).Soon();
        var context = await started.Task.Soon();

        // A stop that begins ends no connection: what the handler still answers reaches its client.
        var stopping = server.StopAsync(TimeSpan.FromMilliseconds(300));
        Assert.False(context.ConnectionClosed.IsCancellationRequested);
        await context.Transport.Output.WriteAsync("still here\n"u8.ToArray()).Soon();
        Assert.Equal("still here", await client.ReadLineAsync().AsTask().Soon());

        Assert.Equal(1, (await stopping.Soon()).Aborted);
        await serving.Soon();
        await Eventually.FiresAsync("the context is closed", context.ConnectionClosed);
        Assert.Equal(0, server.HandlerFailures);
    }

    [Fact]
    public async Task ServeAsync_TokenCancelled_StopsTheServerAndThrows()
    {
        await using var server = Server.Listen(0);
        using var cancel = new CancellationTokenSource();
        var serving = server.ServeAsync(new Echo(), cancel.Token);
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => serving.Soon());

        Assert.False(server.IsListening);
    }

    [Fact]
    public async Task ServeAsync_Twice_IsAMistake()
    {
        await using var server = Server.Listen(0);
        var serving = server.ServeAsync(new Echo());

        await Assert.ThrowsAsync<InvalidOperationException>(() => server.ServeAsync(new Echo()).Soon());

        await server.StopAsync().Soon();
        await serving.Soon();
    }

    [Fact]
    public async Task ServeAsync_OfNull_IsAnArgumentError()
    {
        await using var server = Server.Listen(0);

        Assert.Equal("handler", (await Assert.ThrowsAsync<ArgumentNullException>(() => server.ServeAsync((ConnectionHandler)null!))).ParamName);
        Assert.Equal("pipeline", (await Assert.ThrowsAsync<ArgumentNullException>(() => server.ServeAsync((ConnectionDelegate)null!))).ParamName);
        Assert.Equal("server", (await Assert.ThrowsAsync<ArgumentNullException>(() => ConnectionHandlerExtensions.ServeAsync(null!, static _ => Task.CompletedTask))).ParamName);
        Assert.Equal("server", (await Assert.ThrowsAsync<ArgumentNullException>(() => ConnectionHandlerExtensions.ServeAsync(null!, new Echo()))).ParamName);
    }

    private sealed class Echo : ConnectionHandler
    {
        public System.Collections.Concurrent.ConcurrentQueue<string> Ids { get; } = new();

        public override async Task OnConnectedAsync(ConnectionContext connection)
        {
            Ids.Enqueue(connection.ConnectionId);
            while (true)
            {
                var read = await connection.Transport.Input.ReadAsync();
                foreach (var part in read.Buffer)
                    await connection.Transport.Output.WriteAsync(part);
                connection.Transport.Input.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted)
                    return;
            }
        }
    }
}
