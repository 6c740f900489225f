using System.Globalization;

namespace Net.Async.Load;

/// <summary>What the kernel says about another process.</summary>
internal static class ProcessFigures
{
    private const int ClockTicks = 2;
    private static readonly double s_ticksPerSecond = Libc.SystemValue(ClockTicks);

    /// <summary>Processor time used so far, in user and kernel mode, all threads.</summary>
    public static double CpuSeconds(int processId)
    {
        var stat = Read($"/proc/{processId}/stat");
        // The name, in parentheses, may hold spaces and parentheses: count from the last one. State is the first field after it.
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        const int UserTime = 11, SystemTime = 12;
        return (Parse(fields[UserTime]) + Parse(fields[SystemTime])) / s_ticksPerSecond;
    }

    /// <summary>Memory in use, in KiB.</summary>
    public static long ResidentKilobytes(int processId) => Status(processId, "VmRSS:");

    /// <summary>The most memory that was ever in use, in KiB.</summary>
    public static long PeakKilobytes(int processId) => Status(processId, "VmHWM:");

    private static long Status(int processId, string key)
    {
        foreach (var line in Read($"/proc/{processId}/status").AsSpan().EnumerateLines())
        {
            if (line.StartsWith(key))
                return Parse(line[key.Length..].Trim().TrimEnd(" kB"));
        }

        throw new LoadException($"Process {processId} has no {key.TrimEnd(':')}: it has ended.");
    }

    private static long Parse(ReadOnlySpan<char> text) => long.Parse(text, CultureInfo.InvariantCulture);

    private static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (IOException)
        {
            throw new LoadException($"{file} cannot be read: the server has ended.");
        }
    }
}
