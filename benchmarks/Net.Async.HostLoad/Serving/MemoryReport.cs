using System.Globalization;

namespace Net.Async.HostLoad;

/// <summary>The memory of this process after a full collection.</summary>
internal static class MemoryReport
{
    /// <summary>Bytes: of the managed heap, of the process in memory, and of those the part that no other process shares.</summary>
    public static long[] Take()
    {
        // What finalizers let go of is free after the second one.
        for (var i = 0; i < 2; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        return [GC.GetTotalMemory(forceFullCollection: true), Kernel("Rss:"), Kernel("Private_Clean:") + Kernel("Private_Dirty:")];
    }

    private static long Kernel(string name)
    {
        var line = File.ReadLines("/proc/self/smaps_rollup").First(line => line.StartsWith(name, StringComparison.Ordinal));
        return 1024 * long.Parse(line.AsSpan(name.Length).TrimEnd("kB").Trim(), CultureInfo.InvariantCulture);
    }
}
