namespace Net.Async;

/// <summary>How many completions without a wait one turn on a loop may take, before the others have theirs. Unlimited on threads that run no loop.</summary>
internal static class TurnBudget
{
    private const int Completions = 16, Exhausted = 1;

    // 0 on threads that run no loop.
    [ThreadStatic]
    private static int t_left;

    public static bool IsExhausted => t_left == Exhausted;

    /// <summary>A turn begins on this thread, which runs a loop.</summary>
    public static void Refill() => t_left = Completions;

    /// <summary>Takes one completion; false when the turn has had enough.</summary>
    public static bool TryConsume()
    {
        if (t_left > Exhausted)
            t_left--;
        return !IsExhausted;
    }
}
