using System.ComponentModel;
using System.Diagnostics;

namespace Net.Async.Namespaces;

/// <summary>Programs of the system, run to their end.</summary>
internal static class Programs
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(1);

    public static ProcessStartInfo ToStart(string program, params IEnumerable<string> arguments) => new(program, arguments)
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
    };

    /// <summary>Gives it the input, and returns what it says.</summary>
    /// <exception cref="InvalidOperationException">It is missing, or did not exit with 0.</exception>
    public static async Task<string> RunAsync(string input, string program, params string[] arguments)
    {
        var start = ToStart(program, arguments);
        start.RedirectStandardError = true;
        using var process = Start(start);
        using var limit = new CancellationTokenSource(s_limit);
        try
        {
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
            var complaints = process.StandardError.ReadToEndAsync(limit.Token);
            var output = await process.StandardOutput.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return process.ExitCode == 0 ? output
                : throw new InvalidOperationException($"'{program} {string.Join(' ', arguments)}' exited with {process.ExitCode}: {await complaints}");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }

    public static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception exception)
        {
            throw new InvalidOperationException($"'{start.FileName}' cannot be run; .ci/run installs what is needed: {exception.Message}", exception);
        }
    }
}
