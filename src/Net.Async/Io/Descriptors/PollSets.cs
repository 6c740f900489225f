using System.Globalization;

namespace Net.Async;

/// <summary>The epoll sets of this process, those of others' code too.</summary>
/// <remarks>
/// A registration belongs to the open socket and not to the descriptor: while another process has the socket, a close here leaves it in the set,
/// and every client of the other process wakes this one (epoll(7), question 6). It has to be taken out first, and only by its descriptor.
/// The base class library takes nothing out, and does not show its sets; the kernel shows them.
/// </remarks>
internal static class PollSets
{
    private static int[] s_known = [];

    /// <summary>Takes the descriptor out of every set that it is in. Does what it can: without /proc it finds none.</summary>
    public static void Remove(int descriptor)
    {
        // A number that is a set no more, or another one, refuses: nothing else can happen.
        if (!RemoveFrom(s_known, descriptor))
            RemoveFrom(s_known = Find(), descriptor);
    }

    private static bool RemoveFrom(int[] sets, int descriptor)
    {
        var removed = false;
        foreach (var set in sets)
            removed |= Epoll.TryRemove(set, descriptor);
        return removed;
    }

    private static int[] Find()
    {
        var found = new List<int>();
        try
        {
            foreach (var entry in Directory.EnumerateFileSystemEntries("/proc/self/fd"))
            {
                if (IsSet(entry) && int.TryParse(Path.GetFileName(entry.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                    found.Add(number);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // No /proc: the wake-ups stay until the process ends, and change nothing but the load.
        }

        return [.. found];
    }

    private static bool IsSet(string entry)
    {
        try
        {
            return File.ResolveLinkTarget(entry, returnFinalTarget: false)?.Name is "anon_inode:[eventpoll]";
        }
        catch (IOException)
        {
            // Closed meanwhile.
            return false;
        }
    }
}
