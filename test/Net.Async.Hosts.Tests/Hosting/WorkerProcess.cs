using System.Collections.Concurrent;
using System.Net;
using System.Text.RegularExpressions;
using Net.Async.Tests.Loopback;

namespace Net.Async.Tests.Hosting;

/// <summary>The worker sample as a process, with its log read as it comes.</summary>
internal sealed partial class WorkerProcess : IAsyncDisposable
{
    // Where the build of the sample has put it: beside the tests, what the framework of ASP.NET Core has would be missing.
    private static readonly string s_program = Path.Combine(SourceTree.Root, "docs", "samples", "Worker",
        Path.GetRelativePath(Path.Combine(SourceTree.Root, "test", "Net.Async.Hosts.Tests"), AppContext.BaseDirectory), "Worker.dll");

    private readonly Child _child;
    private readonly ConcurrentQueue<string> _log = [];
    private readonly Task _reading;

    private WorkerProcess(Child child)
    {
        _child = child;
        _reading = ReadAsync();
    }

    public IReadOnlyList<string> Log => [.. _log];

    public static async Task<WorkerProcess> StartAsync(params string[] arguments)
    {
        var worker = new WorkerProcess(Child.Start("dotnet", [s_program, .. arguments]));
        await worker.HasStartedAsync();
        return worker;
    }

    /// <summary>Started by a process named systemd, with what a script sets up; <c>$worker</c> starts the sample in the script.</summary>
    public static async Task<WorkerProcess> StartBySystemdAsync(string folder, string script)
    {
        // The notifier asks for the name of the parent.
        var systemd = Path.Combine(folder, "systemd");
        File.Copy("/bin/bash", systemd, overwrite: true);
        var worker = new WorkerProcess(Child.Start(systemd, "-c", $"worker='exec dotnet {s_program}'\n(echo \"pid $BASHPID\"\n{script}\n)\nexit $?"));
        await worker.HasStartedAsync();
        return worker;
    }

    /// <summary>The address that the log names.</summary>
    public EndPoint EndPointOf(string server) => NetEndPoint.Parse(_log.Select(line => Listening().Match(line)).First(match => match.Groups["server"].Value == server).Groups["endPoint"].Value);

    public void Terminate()
    {
        var id = _log.FirstOrDefault(static line => line.StartsWith("pid ", StringComparison.Ordinal))?[4..] ?? _child.Id.ToString(System.Globalization.CultureInfo.InvariantCulture);
        using var kill = System.Diagnostics.Process.Start("kill", ["-TERM", id]);
        kill.WaitForExit();
    }

    public async Task<int> WaitForExitAsync()
    {
        var code = await _child.WaitForExitAsync();
        await _reading.Soon();
        return code;
    }

    public ValueTask DisposeAsync() => _child.DisposeAsync();

    private Task HasStartedAsync() => Eventually.IsAsync(() => _log.Any(static line => line.Contains("Application started.", StringComparison.Ordinal)), () => $"the start; the log: {string.Join('\n', _log)}");

    private async Task ReadAsync()
    {
        while (await _child.Output.ReadLineAsync() is { } line)
            _log.Enqueue(line);
    }

    [GeneratedRegex(@"Net\.Async\.Server\.(?<server>\w+)\[1\] Listening on (?<endPoint>\S+)\.$")]
    private static partial Regex Listening();
}
