namespace Net.Async;

/// <summary>Sends that wait for their turn with the claim of a <see cref="SendSide"/>: each runs once, and an end that comes before it runs it itself.</summary>
internal static class SendSideQueue
{
    /// <summary>Sends when the caller's turn is over. The caller has the claim.</summary>
    public static void SendSoon(this SendSide side)
    {
        Volatile.Write(ref side.Queued, 1);
        side.Lifetime.Stream.RunSoon(side);
    }

    /// <summary>Sends behind what others have to do on this thread. The caller has the claim.</summary>
    public static void SendAfterOthers(this SendSide side)
    {
        Volatile.Write(ref side.Queued, 1);
        side.Lifetime.Stream.Run(side);
    }

    /// <summary>Takes the claim from a send that is queued and has not begun.</summary>
    public static bool TryTakeQueued(this SendSide side) => Interlocked.Exchange(ref side.Queued, 0) != 0;

    /// <summary>The turn of a queued send.</summary>
    public static void SendQueued(this SendSide side)
    {
        if (side.TryTakeQueued())
            side.SendAndWake();
    }
}
