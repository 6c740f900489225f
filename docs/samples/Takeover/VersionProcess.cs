using System.Diagnostics;

namespace Takeover;

/// <summary>A version in a process of its own. It ends by itself, or when its input does.</summary>
internal sealed class VersionProcess : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private readonly Process _process;

    private VersionProcess(Process process) => _process = process;

    /// <summary>Where it serves.</summary>
    public string EndPoint { get; private set; } = "";

    public static async Task<VersionProcess> StartAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardInput = true, RedirectStandardOutput = true };
        // Run as "dotnet Takeover.dll", the program is dotnet and the first argument ours.
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            start.ArgumentList.Add(typeof(VersionProcess).Assembly.Location);
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        var version = new VersionProcess(Process.Start(start)!);
        version.EndPoint = (await version.ReadAsync("ready "))[0];
        return version;
    }

    /// <summary>Asks it to end.</summary>
    public void End() => _process.StandardInput.Close();

    /// <summary>Its connections, requests and failures, when it has ended.</summary>
    public async Task<(string Connections, string Requests, bool Failed)> EndedAsync()
    {
        var counts = await ReadAsync("served ");
        await _process.WaitForExitAsync().WaitAsync(s_patience);
        return (counts[0], counts[1], _process.ExitCode != 0);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task<string[]> ReadAsync(string start)
    {
        var line = await _process.StandardOutput.ReadLineAsync().WaitAsync(s_patience);
        return line?.StartsWith(start, StringComparison.Ordinal) == true
            ? line[start.Length..].Split(' ')
            : throw new InvalidOperationException($"'{start}' expected, not '{line}'.");
    }
}
