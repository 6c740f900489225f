using System.Runtime.InteropServices;
using Net.Async.Tests.Loopback;

namespace Net.Async.Tests.Samples;

/// <summary>A sample that a test runs as a newcomer does, and ends as an operator does.</summary>
internal sealed partial class SampleProcess : IAsyncDisposable
{
    private const int SigTerm = 15;
    private const string Listening = "listening on ";

    private readonly Child _child;

    private SampleProcess(Child child) => _child = child;

    public static SampleProcess Start(string name, params string[] arguments) => new(Child.Start("dotnet", [Path.Combine(AppContext.BaseDirectory, name + ".dll"), .. arguments]));

    /// <summary>A path in the temporary directory that no other test has, short enough for a Unix socket.</summary>
    public static string NewPath() => Path.Combine(Path.GetTempPath(), $"net-async-{Guid.NewGuid():N}"[..30]);

    /// <summary>Whether only the user who has made it may connect.</summary>
    public static bool IsForThisUserOnly(string path) => !OperatingSystem.IsWindows() && File.GetUnixFileMode(path) == (UnixFileMode.UserRead | UnixFileMode.UserWrite);

    /// <summary>The addresses that it says it listens on; between them and before, its log is passed over.</summary>
    public async Task<string[]> ReadAddressesAsync(int count)
    {
        var addresses = new string[count];
        for (var i = 0; i < count;)
        {
            var line = await ReadLineAsync();
            Assert.NotNull(line);
            if (line.StartsWith(Listening, StringComparison.Ordinal))
                addresses[i++] = line[Listening.Length..];
        }

        return addresses;
    }

    public Task<string?> ReadLineAsync() => _child.Output.ReadLineAsync().Soon();

    public Task<string> ReadToEndAsync() => _child.Output.ReadToEndAsync().Soon();

    public Task WriteLineAsync(string line) => _child.TellAsync(line);

    /// <summary>Ends what it reads.</summary>
    public void EndInput() => _child.Input.Close();

    /// <summary>Asks it to end; its exit code, and what it still says.</summary>
    public async Task<(int Code, string Output)> TerminateAsync()
    {
        Assert.Equal(0, Kill(_child.Id, SigTerm));
        return await ExitAsync();
    }

    /// <summary>Its exit code, and what it still says.</summary>
    public async Task<(int Code, string Output)> ExitAsync()
    {
        // Both at once: a process that has more to say than a pipe holds would not end.
        var output = ReadToEndAsync();
        return (await _child.WaitForExitAsync().Soon(), await output);
    }

    public ValueTask DisposeAsync() => _child.DisposeAsync();

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
