using System.Net;
using Polly;
using Polly.Retry;

namespace Net.Async.Tests.Resilience;

/// <summary>The code of <c>docs/resilience.md</c>, run on the loopback.</summary>
public class ResilienceDocsTests : LeakCheck
{
    [Fact]
    public async Task Page_Listening_Runs()
    {
        await using var server = await ListenRetry.ListenAsync(NetEndPoint.Loopback(0), retry: new()
        {
            MaxAttempts = 60,
            Retrying = new Progress<ConnectionException>(static error => Console.WriteLine($"{error.Message} Trying again.")),
        });
        Assert.NotEqual(0, server.Port());
    }

    [Fact]
    public async Task Page_Connecting_Runs()
    {
        await using var server = Server.Listen(0);
        var (port, cancellationToken) = (server.Port(), CancellationToken.None);

        var connector = new ResilientConnector(new HappyEyeballsConnector(), new()
        {
            MaxAttempts = 6,
            AttemptTimeout = TimeSpan.FromSeconds(3),
            Circuit = new() { MinAttempts = 20, BreakDuration = TimeSpan.FromSeconds(10) },
        });
        await using var connection = await connector.ConnectAsync("localhost", port, cancellationToken);

        await (await server.AcceptAsync()).DisposeAsync();
    }

    [Fact]
    public async Task Page_OwnPipeline_Runs()
    {
        await using var server = Server.Listen(0);

        var pipeline = new ResiliencePipelineBuilder()
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<Exception>(TransientConnectionErrors.IsTransient),
                BackoffType = DelayBackoffType.Linear,
            })
            .AddTimeout(TimeSpan.FromSeconds(5))
            .Build();
        var connector = new ResilientConnector(new HappyEyeballsConnector(), pipeline);

        await using var connection = await connector.ConnectAsync(server.LocalEndPoint);
        await (await server.AcceptAsync()).DisposeAsync();
    }
}
