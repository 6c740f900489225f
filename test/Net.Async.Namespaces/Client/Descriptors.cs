namespace Net.Async.Namespaces;

/// <summary>The descriptors of this process that are sockets.</summary>
internal static class Descriptors
{
    // A look-up that was given up goes on in the C library until its own time limit, with a socket of its own.
    private static readonly TimeSpan s_longestLookUp = TimeSpan.FromSeconds(5);

    public static int Count()
    {
        var count = 0;
        foreach (var descriptor in Directory.EnumerateFileSystemEntries("/proc/self/fd"))
        {
            try
            {
                if (File.ResolveLinkTarget(descriptor, returnFinalTarget: false)?.Name.StartsWith("socket:", StringComparison.Ordinal) == true)
                    count++;
            }
            catch (IOException)
            {
                // The descriptor of the enumeration itself has gone.
            }
        }

        return count;
    }

    /// <summary>The count once it stays the same: a look-up whose answer was not needed any more may still close its socket.</summary>
    public static async Task<int> CountAtRestAsync()
    {
        const int Enough = 10;
        var (last, same) = (Count(), 0);
        while (same < Enough)
        {
            await Task.Delay(10);
            var now = Count();
            (last, same) = (now, now == last ? same + 1 : 0);
        }

        return last;
    }

    /// <summary>The count once it has come down, or what it stays at.</summary>
    public static async Task<int> CountAtMostAsync(int expected)
    {
        var limit = Lines.Now + s_longestLookUp.TotalMilliseconds;
        while (Count() > expected && Lines.Now < limit)
            await Task.Delay(10);
        return Count();
    }
}
