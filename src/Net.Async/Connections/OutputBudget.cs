namespace Net.Async;

/// <summary>How many bytes several connections together may hold that are written and not yet taken by their transports. For any thread, without a lock.</summary>
internal sealed class OutputBudget(long most)
{
    private long _used;

    /// <summary>How many bytes that is.</summary>
    public long Most => most;

    /// <summary>How many bytes are taken.</summary>
    public long Used => Interlocked.Read(ref _used);

    /// <summary>Takes bytes.</summary>
    /// <returns>False when they would pass the total: none is taken.</returns>
    public bool TryTake(long count)
    {
        while (Used is var used && used + count <= most)
        {
            if (Interlocked.CompareExchange(ref _used, used + count, used) == used)
                return true;
        }

        return false;
    }

    /// <summary>Gives bytes back.</summary>
    public void Give(long count) => Interlocked.Add(ref _used, -count);
}
