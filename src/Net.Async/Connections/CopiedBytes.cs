using System.Diagnostics;

namespace Net.Async;

/// <summary>In debug builds: bytes that the pipes have copied in this process. The kernel's copies and the user's own are none of them.</summary>
internal static class CopiedBytes
{
    private static long s_total;

    public static long Total => Interlocked.Read(ref s_total);

    [Conditional("DEBUG")]
    public static void Count(int bytes) => Interlocked.Add(ref s_total, bytes);
}
