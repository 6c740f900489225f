using System.Diagnostics;

namespace OrleansCluster;

/// <summary>A silo or the client, as the process that started it sees it.</summary>
internal sealed class ClusterProcess : IAsyncDisposable
{
    private readonly Process _process;

    private ClusterProcess(string name, Process process) => (Name, _process) = (name, process);

    public string Name { get; }

    public static ClusterProcess Start(string name, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardInput = true, RedirectStandardOutput = true };
        // Run as "dotnet OrleansCluster.dll", the program is dotnet and the first argument ours.
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            start.ArgumentList.Add(typeof(ClusterProcess).Assembly.Location);
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        return new ClusterProcess(name, Process.Start(start)!);
    }

    /// <summary>Reads its lines up to one that begins so, and returns the rest of that one.</summary>
    public async Task<string> ReadAsync(string start, TimeSpan patience, Action<string>? onOther = null)
    {
        using var limit = new CancellationTokenSource(patience);
        try
        {
            while (await _process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
            {
                if (line.StartsWith(start, StringComparison.Ordinal))
                    return line[start.Length..].Trim();
                onOther?.Invoke(line);
            }
        }
        catch (OperationCanceledException)
        {
            throw new ClusterException($"The {Name} did not say '{start}' within {patience.TotalSeconds:0} s.");
        }

        throw new ClusterException($"The {Name} has ended before it said '{start}'.");
    }

    /// <summary>SIGKILL: it can neither say goodbye nor close anything.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Asks it to stop, in order.</summary>
    /// <returns>How long its host took.</returns>
    public async Task<TimeSpan> StopAsync(TimeSpan patience)
    {
        _process.StandardInput.Close();
        var milliseconds = await ReadAsync("stopped ", patience);
        using var limit = new CancellationTokenSource(patience);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            throw new ClusterException($"The {Name} has stopped, and its process did not end within {patience.TotalSeconds:0} s.");
        }

        return TimeSpan.FromMilliseconds(double.Parse(milliseconds, System.Globalization.CultureInfo.InvariantCulture));
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync();
        _process.Dispose();
    }
}
