using System.Diagnostics;

namespace Net.Async.Load;

/// <summary>A silo or a client in a process of its own, on one core where that is asked for. It is ended with this object, whatever happens.</summary>
internal sealed class MeasuredProcess : IAsyncDisposable
{
    private static readonly TimeSpan s_stop = TimeSpan.FromSeconds(30);

    private readonly Process _process;

    private MeasuredProcess(Process process) => _process = process;

    public int Id => _process.Id;

    public static MeasuredProcess Start(string? cpu, params IEnumerable<string> arguments)
    {
        string[] program = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [Environment.ProcessPath!, typeof(MeasuredProcess).Assembly.Location] : [Environment.ProcessPath!];
        // taskset replaces itself by the program: the number of the process is the program's.
        string[] pinned = cpu is null ? program : ["taskset", "-c", cpu, .. program];
        var start = new ProcessStartInfo(pinned[0]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var argument in pinned[1..].Concat(arguments))
            start.ArgumentList.Add(argument);
        return new MeasuredProcess(Process.Start(start)!);
    }

    /// <summary>Waits for a line that begins so, and returns the rest of it.</summary>
    public async Task<string> ReadAsync(string start, TimeSpan patience)
    {
        using var limit = new CancellationTokenSource(patience);
        try
        {
            while (await _process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
            {
                if (line.StartsWith(start, StringComparison.Ordinal))
                    return line[start.Length..].Trim();
            }
        }
        catch (OperationCanceledException)
        {
            throw new LoadException($"'{start}' did not come within {patience.TotalSeconds:0} s.");
        }

        throw new LoadException($"The process has ended before it said '{start}'.");
    }

    /// <summary>Asks it to stop, waits, and kills it when it does not.</summary>
    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(s_stop);
        try
        {
            _process.StandardInput.Close();
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
    }
}
