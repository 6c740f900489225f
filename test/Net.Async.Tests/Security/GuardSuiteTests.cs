using Net.Async.Namespaces;
using Net.Async.Tests.Loopback;
using Net.Async.Tests.Namespaces;
using Xunit.Abstractions;

namespace Net.Async.Tests.Security;

/// <summary>Spellings, answers, redirects, prefixes and paths against a guarded client, in a namespace where every address is this machine: no byte and no SYN arrives where it must not.</summary>
public class GuardSuiteTests(ITestOutputHelper output) : LeakCheck
{
    private static readonly string[] s_categories =
        ["spelling in a URI", "spelling as a host", "spelling read as inet_aton does", "answer", "answer that changes", "mixed answer", "redirect", "prefix given", "end point", "path"];

    [NamespaceFact]
    public Task Guard_BothFamilies_NothingArrives() => PlayAsync("Dual", s_categories);

    [NamespaceFact]
    public Task Guard_ManagedEngine_NothingArrives() => PlayAsync("Dual", s_categories, "managed");

    [NamespaceFact]
    public Task Guard_OnlyIPv6_NothingArrives() => PlayAsync("V6Only", [.. s_categories, "prefix found"]);

    private async Task PlayAsync(string mode, string[] categories, string? engine = null)
    {
        await using var child = Child.Start("unshare", ["--net", "env", .. engine is null ? (string[])[] : [$"NET_ASYNC_ENGINE={engine}"], "dotnet", Path.Combine(AppContext.BaseDirectory, "Net.Async.Namespaces.dll"), "guard", mode]);
        var reports = new List<GuardReport>();
        while (await child.Output.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(3)) is { } line)
        {
            var report = Lines.Parse<GuardReport>(line);
            output.WriteLine($"{report.Policy}: {report.Cases} cases, {report.StrayOpens} stray SYNs, arrived {string.Join(", ", report.Arrivals.Select(static pair => $"{pair.Value} {pair.Key}"))}\n  {string.Join("\n  ", report.Examples)}");
            reports.Add(report);
        }

        Assert.Equal(0, await child.WaitForExitAsync());
        Assert.Equal(10, reports.Count);
        Assert.All(reports, static report => Assert.InRange(report.Cases, 2_000, 10_000));
        Assert.All(reports.Where(static report => report.Policy != GuardReport.Unguarded), static report => Assert.True(report is { Arrivals.Count: 0, StrayOpens: 0 }, string.Join('\n', [report.Policy, .. report.Examples])));
        // The control: without a policy some of each category arrive, or the test could not fail.
        var unguarded = reports.Single(static report => report.Policy == GuardReport.Unguarded);
        Assert.Empty(categories.Except(unguarded.Arrivals.Keys));
    }
}
