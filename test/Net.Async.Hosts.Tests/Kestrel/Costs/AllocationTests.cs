using Xunit.Abstractions;

namespace Net.Async.Tests.Kestrel;

/// <summary>What the process allocates for a request: on our transport no more than on Kestrel's own, nor for a connection.</summary>
public sealed class AllocationTests(ITestOutputHelper output) : LeakCheck
{
    private const int Batches = 7;

    [Theory]
    [InlineData("/small", 13, false, 2000)]
    [InlineData("/small", 13, true, 300)]
    [InlineData("/large", CostApp.LargeSize, false, 100)]
    public async Task Request_AllocatedBytes_AreNotFarFromKestrelsSockets(string path, int bodyLength, bool dials, int requests)
    {
        var control = await MeasureAsync(isOurs: false, path, bodyLength, dials, requests);
        var ours = await MeasureAsync(isOurs: true, path, bodyLength, dials, requests);

        output.WriteLine($"{path}, {(dials ? "a connection each" : "one connection")}: {ours:0.0} bytes, {control:0.0} on Kestrel's own transport.");
        // A timer that allocates beside a batch is no part of a request.
        Assert.True(ours <= (control * 1.01) + 4, $"{ours:0.0} bytes a request; {control:0.0} on Kestrel's own transport.");
    }

    // The least of the batches: others have what the process did beside the requests.
    private static async Task<double> MeasureAsync(bool isOurs, string path, int bodyLength, bool dials, int requests)
    {
        await using var app = await CostApp.StartAsync(isOurs);
        using var client = new CostClient(app.Port, path, bodyLength, dials);
        var least = double.MaxValue;
        for (var batch = 0; batch < Batches; batch++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            for (var i = 0; i < requests; i++)
                client.Ask();
            least = Math.Min(least, (GC.GetTotalAllocatedBytes(precise: true) - before) / (double)requests);
        }

        return least;
    }
}
