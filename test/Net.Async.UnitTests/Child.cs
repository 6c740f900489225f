using System.Diagnostics;

namespace Net.Async.Tests.Loopback;

/// <summary>A process the test started, and ends.</summary>
internal sealed class Child : IAsyncDisposable
{
    private readonly Process _process;
    private bool _disposed;

    private Child(Process process) => _process = process;

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public StreamReader Output => _process.StandardOutput;

    public Stream Input => _process.StandardInput.BaseStream;

    public static Child Start(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        var child = new Child(Process.Start(start)!);
        child._process.StandardInput.AutoFlush = true;
        return child;
    }

    /// <summary>A program that may have so many descriptors. Needs bash.</summary>
    public static Child StartLimited(int descriptors, params string[] command) => Start("bash", ["-c", $"ulimit -n {descriptors}; exec \"$@\"", "bash", .. command]);

    /// <summary>The echo sample as a server of its own; ready when this returns.</summary>
    public static async Task<(Child Server, string EndPoint)> StartEchoAsync(string endPoint)
    {
        var child = Start("dotnet", Path.Combine(AppContext.BaseDirectory, "Echo.dll"), "--listen", endPoint);
        var line = await child.Output.ReadLineAsync().Soon();
        Assert.StartsWith("ready ", line, StringComparison.Ordinal);
        return (child, line![6..]);
    }

    public async Task TellAsync(string line) => await _process.StandardInput.WriteLineAsync(line);

    /// <summary>Gives it the bytes, ends its input, and returns what it says until its end.</summary>
    public async Task<byte[]> ExchangeAsync(byte[] bytes)
    {
        using var answer = new MemoryStream();
        var reading = _process.StandardOutput.BaseStream.CopyToAsync(answer);
        await Input.WriteAsync(bytes);
        await Input.FlushAsync();
        _process.StandardInput.Close();
        await reading.Soon();
        await _process.WaitForExitAsync().Soon();
        return answer.ToArray();
    }

    /// <summary>Asks it to end: SIGTERM.</summary>
    public async Task TerminateAsync()
    {
        using var kill = Process.Start("sh", ["-c", $"kill -TERM {Id}"]);
        await kill.WaitForExitAsync().Soon();
        Assert.Equal(0, kill.ExitCode);
    }

    public async Task<int> WaitForExitAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(3));
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
