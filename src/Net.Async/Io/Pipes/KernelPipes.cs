using System.Collections.Concurrent;

namespace Net.Async;

/// <summary>The pipes of the process. One is rented while bytes are in it, and given back while its user waits for more: as many exist as are full at the same moment, and a few idle ones.</summary>
internal static class KernelPipes
{
    private const int Most = 256, MostIdle = 16;

    private static readonly ConcurrentStack<KernelPipe> s_idle = [];
    private static int s_rented;

    /// <summary>Pipes that are rented now.</summary>
    public static int Rented => Volatile.Read(ref s_rented);

    /// <summary>Null when there is none: too many are rented, or no descriptor is to spare.</summary>
    public static KernelPipe? TryRent()
    {
        if (!KernelPipe.IsUsable)
            return null;
        if (Interlocked.Increment(ref s_rented) <= Most && (s_idle.TryPop(out var pipe) || (pipe = KernelPipe.TryMake()) is not null))
            return pipe;
        Interlocked.Decrement(ref s_rented);
        return null;
    }

    /// <summary>Gives one back. What is still in it is lost.</summary>
    public static void Return(KernelPipe pipe)
    {
        Interlocked.Decrement(ref s_rented);
        if (pipe.Count == 0 && s_idle.Count < MostIdle)
            s_idle.Push(pipe);
        else
            pipe.Close();
    }
}
