using System.Runtime.InteropServices;

namespace Net.Async;

/// <summary>The numbers of the descriptors that were adopted and are still open here: a number given twice would have two owners.</summary>
internal static class AdoptedNumbers
{
    private static readonly Lock s_lock = new();

    // As many at most as the process may have open: a number that comes again takes the place of its last one.
    private static readonly Dictionary<nint, WeakReference<SafeHandle>> s_adopted = [];

    /// <summary>The owner takes the number, which is free or the one's that is given; false when another owner has it.</summary>
    public static bool TryTake(nint number, SafeHandle owner, SafeHandle? from = null)
    {
        lock (s_lock)
        {
            if (OwnerOf(number) is { } last && last != from)
                return false;
            s_adopted[number] = new WeakReference<SafeHandle>(owner);
            return true;
        }
    }

    public static bool IsFree(nint number)
    {
        lock (s_lock)
            return OwnerOf(number) is null;
    }

    private static SafeHandle? OwnerOf(nint number) =>
        s_adopted.TryGetValue(number, out var last) && last.TryGetTarget(out var handle) && !handle.IsClosed ? handle : null;
}
