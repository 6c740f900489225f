namespace Net.Async;

/// <summary>Segments without a block, a few a thread: a chat allocates none, and a connection that waits keeps none.</summary>
internal static class SegmentPool
{
    private const int MostAThread = 64;

    [ThreadStatic]
    private static Stack<ByteSegment>? t_spare;

    public static ByteSegment Take() => t_spare is { Count: > 0 } spare ? spare.Pop() : new ByteSegment();

    public static void Give(ByteSegment segment)
    {
        var spare = t_spare ??= new(MostAThread);
        if (spare.Count < MostAThread)
            spare.Push(segment);
    }
}
