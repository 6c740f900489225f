using System.ComponentModel;

namespace Net.Async;

/// <summary>The loops of the process, started on first use: as many as there are cores, unless told otherwise.</summary>
internal static class ReactorLoops
{
    private const int Most = 1024;

    private static readonly Lazy<ReactorLoop[]> s_all = new(Start);
    private static int s_last;

    public static int Count => s_all.Value.Length;

    /// <summary>Starts them; why they cannot run here, or null when they do.</summary>
    public static string? Obstacle()
    {
        try
        {
            _ = s_all.Value;
            return null;
        }
        catch (Win32Exception exception)
        {
            return exception.Message;
        }
    }

    /// <summary>The loop with the fewest streams; among equals they take turns.</summary>
    public static ReactorLoop LeastLoaded()
    {
        var loops = s_all.Value;
        if (loops.Length == 1)
            return loops[0];
        var start = (uint)Interlocked.Increment(ref s_last);
        var best = loops[start % (uint)loops.Length];
        for (var i = 1u; i < loops.Length; i++)
        {
            var other = loops[(start + i) % (uint)loops.Length];
            if (other.Load < best.Load)
                best = other;
        }

        return best;
    }

    /// <summary>How many the switches ask for; what is no number from 1 to 1024 counts as not said.</summary>
    public static int Wanted(string? text) => int.TryParse(text, out var count) && count is >= 1 and <= Most ? count : Environment.ProcessorCount;

    private static ReactorLoop[] Start()
    {
        var loops = Make(Wanted(EngineChoice.Setting("NET_ASYNC_LOOPS", "Net.Async.Loops")));
        for (var i = 0; i < loops.Length; i++)
        {
            var runs = SpareThreads.TryStart(loops[i]);
            if (runs && LoopMonitor.Current.TryAdd(loops[i]))
                continue;
            // Those that have a thread stay, asleep: nothing can end them.
            Array.ForEach(loops[(runs ? i + 1 : i)..], static loop => loop.Close());
            throw new Win32Exception("The system gives no more threads.");
        }

        return loops;
    }

    private static ReactorLoop[] Make(int count)
    {
        var loops = new List<ReactorLoop>(count);
        try
        {
            while (loops.Count < count)
                loops.Add(new ReactorLoop(LoopMonitor.Current.Sleep));
            return [.. loops];
        }
        catch (Win32Exception)
        {
            loops.ForEach(static loop => loop.Close());
            throw;
        }
    }
}
