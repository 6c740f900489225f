namespace Net.Async.Fuzz;

/// <summary>Plays one input and throws when it takes too long or too much memory.</summary>
internal static class Limits
{
    /// <summary>The most bytes of an input; what is behind them is left out.</summary>
    public const int InputBytes = 4096;

    // Everything that the targets do with an input takes a few milliseconds and less than a megabyte; no parser may turn 4 KiB into more than this.
    private const long AllocatedBytes = 64 << 20;

    private static readonly TimeSpan s_time = TimeSpan.FromSeconds(2);

    public static void Play(FuzzTarget target, Stream input)
    {
        var buffer = new byte[InputBytes];
        var bytes = buffer[..input.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false)];
        var allocated = GC.GetTotalAllocatedBytes();
        // On another thread, so that a loop without an end is reported as well.
        var playing = Task.Run(() => target.PlayAsync(bytes));
        if (Task.WaitAny([playing], s_time) < 0)
            throw new TimeoutException($"The target took longer than {s_time.TotalSeconds} s: {Convert.ToHexString(bytes)}");
        playing.GetAwaiter().GetResult();
        allocated = GC.GetTotalAllocatedBytes() - allocated;
        if (allocated > AllocatedBytes)
            throw new InvalidOperationException($"The target allocated {allocated} bytes: {Convert.ToHexString(bytes)}");
    }
}
