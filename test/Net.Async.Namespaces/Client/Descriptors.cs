namespace Net.Async.Namespaces;

/// <summary>The descriptors of this process that are sockets.</summary>
internal static class Descriptors
{
    // A look-up that was given up continues in the C library until its own time limit, once for each name it tries, with a socket of its own.
    private static readonly TimeSpan s_longestLookUp = TimeSpan.FromSeconds(10);

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

    /// <summary>The count once it has come down and stays, or what it is when the time is over. Between two questions of a look-up there is a moment without a socket: one glance is not enough.</summary>
    public static async Task<int> CountAtRestAsync(int atMost = int.MaxValue)
    {
        const int Enough = 20;
        var limit = Lines.Now + s_longestLookUp.TotalMilliseconds;
        var (last, same) = (Count(), 0);
        while ((same < Enough || last > atMost) && Lines.Now < limit)
        {
            await Task.Delay(10);
            var now = Count();
            (last, same) = (now, now == last ? same + 1 : 0);
        }

        return last;
    }
}
