using System.IO.Pipelines;

namespace Net.Async.Tests.Kestrel;

/// <summary>What a keep-alive connection holds while it is idle.</summary>
public sealed class IdleConnectionTests : LeakCheck
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task IdleConnection_ObjectsItReaches_HavePipesOnlyOnKestrelsSockets(bool isOurs)
    {
        await using var app = await CostApp.StartAsync(isOurs);
        using var client = new CostClient(app.Port, "/small", 13, dials: false);
        client.Ask();

        var reached = ReachableObjects.From(app.Connection!);

        // The whole of the host is reached, and the control shows that pipes would be found.
        Assert.Contains(app, reached);
        Assert.Equal(!isOurs, reached.Any(static found => found is Pipe));
    }
}
