using System.Globalization;
using Xunit.Abstractions;

namespace Net.Async.Tests;

/// <summary>Random input that can be had again: the seed is in the test's output, and <c>NETASYNC_TEST_SEED</c> sets it.</summary>
internal static class Seed
{
    public static Random Start(ITestOutputHelper output)
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("NETASYNC_TEST_SEED"), NumberStyles.None, CultureInfo.InvariantCulture, out var given)
            ? given
            : Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        return new Random(seed);
    }
}
