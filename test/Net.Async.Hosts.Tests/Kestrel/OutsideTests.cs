using System.Globalization;
using System.Text.RegularExpressions;

namespace Net.Async.Tests.Kestrel;

/// <summary>Clients that are not ours, and not .NET's: each transport serves them as Kestrel's own does.</summary>
[Collection(RowsCollection.Name)]
public partial class OutsideTests
{
    [Needs("curl")]
    public Task Curl_EachVersionAndMethod_PrintsTheSame() => OnEachAsync(static async app =>
    {
        var (http1, https, http2) = ($"http://127.0.0.1:{app.Port()}", $"https://127.0.0.1:{app.Port(Site.Https)}", $"http://127.0.0.1:{app.Port(Site.Http2)}");
        const string Answer = "\\n%{http_version} %{response_code} %{size_download} %{num_connects}\\n";
        string[] outputs =
        [
            await Tool.RunAsync("curl", "-s", "-w", Answer, $"{http1}/plain", $"{http1}/plain", $"{http1}/chunks/10"),
            await Tool.RunAsync("curl", "-s", "-w", Answer, "-I", $"{http1}/plain"),
            await Tool.RunAsync("curl", "-s", "-w", Answer, "-H", "Expect: 100-continue", "--data-binary", new string('x', 20_000), $"{http1}/hash"),
            await Tool.RunAsync("curl", "-s", "-w", Answer, "-0", $"{http1}/plain"),
            await Tool.RunAsync("curl", "-s", "-w", Answer, "-k", $"{https}/protocol", $"{https}/plain"),
            await Tool.RunAsync("curl", "-s", "-w", Answer, "-k", "--http1.1", $"{https}/protocol"),
            await Tool.RunAsync("curl", "-s", "-w", Answer, "--http2-prior-knowledge", $"{http2}/protocol"),
            await Tool.RunAsync("curl", "-s", "-w", Answer, "--http2-prior-knowledge", $"{http2}/chunks/10"),
            await Tool.RunAsync("curl", "-s", "-o", "/dev/null", "-w", Answer, $"{http1}/bytes/20000000"),
        ];
        return Dates().Replace(string.Join('\n', outputs), "date: *");
    });

    [Needs("wrk")]
    public Task Wrk_ManyConnections_HasNoError() => OnEachAsync(static async app =>
    {
        var output = await Tool.RunAsync("wrk", "-t1", "-c32", "-d1s", $"http://127.0.0.1:{app.Port()}/plain");
        Assert.DoesNotContain("Socket errors", output, StringComparison.Ordinal);
        Assert.DoesNotContain("Non-2xx", output, StringComparison.Ordinal);
        Assert.True(int.Parse(Requests().Match(output).Groups[1].Value, CultureInfo.InvariantCulture) > 100, output);
        return "";
    });

    [Needs("h2load")]
    public Task H2Load_EachVersion_IsAnsweredEachTime() => OnEachAsync(static async app =>
    {
        string[] outputs =
        [
            await Tool.RunAsync("h2load", "--h1", "-n", "4000", "-c", "16", $"http://127.0.0.1:{app.Port()}/plain"),
            await Tool.RunAsync("h2load", "-n", "4000", "-c", "4", "-m", "100", $"http://127.0.0.1:{app.Port(Site.Http2)}/plain"),
            await Tool.RunAsync("h2load", "-n", "2000", "-c", "4", "-m", "100", $"https://127.0.0.1:{app.Port(Site.Https)}/plain"),
            await Tool.RunAsync("h2load", "-n", "200", "-c", "4", "-m", "10", $"http://127.0.0.1:{app.Port(Site.Http2)}/bytes/100000"),
        ];
        var counts = string.Join('\n', outputs.Select(static output => Counts().Match(output).Value));
        Assert.Equal(4, Regex.Count(counts, " 0 failed, 0 errored, 0 timeout"));
        return counts;
    });

    private static async Task OnEachAsync(Func<KestrelApp, Task<string>> ask)
    {
        var control = "";
        foreach (var transport in Transports.Names)
        {
            var app = await SharedApps.GetAsync(transport);
            var seen = await ask(app);
            await app.QuietAsync();
            if (transport == Transports.Control)
                control = seen;
            else
                Comparison.AssertSame(control, seen);
        }
    }

    [GeneratedRegex("date: [^\r]*", RegexOptions.IgnoreCase)]
    private static partial Regex Dates();

    [GeneratedRegex(@"(\d+) requests in")]
    private static partial Regex Requests();

    [GeneratedRegex("^requests: .*$", RegexOptions.Multiline)]
    private static partial Regex Counts();
}
