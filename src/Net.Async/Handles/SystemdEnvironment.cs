using System.Globalization;

namespace Net.Async;

/// <summary>What systemd says in the environment of a process that it starts with sockets (sd_listen_fds(3)).</summary>
internal readonly record struct SystemdEnvironment(string? Process, string? Count, string? Names)
{
    public const string ProcessVariable = "LISTEN_PID", CountVariable = "LISTEN_FDS", NamesVariable = "LISTEN_FDNAMES";

    // As many descriptors as a process may have, by the kernel's own bound (fs.nr_open).
    private const int Most = 1024 * 1024;

    public static SystemdEnvironment Current => new(Environment.GetEnvironmentVariable(ProcessVariable),
        Environment.GetEnvironmentVariable(CountVariable), Environment.GetEnvironmentVariable(NamesVariable));

    public static void Unset()
    {
        Environment.SetEnvironmentVariable(ProcessVariable, null);
        Environment.SetEnvironmentVariable(CountVariable, null);
        Environment.SetEnvironmentVariable(NamesVariable, null);
    }

    /// <summary>The names of the sockets for this process, in order; none when there are none, or they are another process's.</summary>
    /// <exception cref="InvalidOperationException">A value is none.</exception>
    public IReadOnlyList<string> NamesFor(int processId)
    {
        if (string.IsNullOrEmpty(Process) || Number(ProcessVariable, Process, int.MaxValue) != processId || string.IsNullOrEmpty(Count))
            return [];
        var count = Number(CountVariable, Count, Most);
        if (string.IsNullOrEmpty(Names))
            return [.. Enumerable.Repeat("unknown", count)];
        var names = Names.Split(':');
        return names.Length == count ? names
            : throw new InvalidOperationException($"{NamesVariable} has {names.Length} names, '{Names}', for {count} sockets.");
    }

    private static int Number(string variable, string text, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= most
            ? number
            : throw new InvalidOperationException($"{variable} is '{text}', not 0 to {most}.");
}
