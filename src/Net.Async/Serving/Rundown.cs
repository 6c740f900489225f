namespace Net.Async;

/// <summary>Counts what is under way, and says when the last of it has ended. It begins with one, its owner, who leaves when nothing new may begin on its own.</summary>
/// <remarks>What is under way may begin more. Once the count has been zero, nothing begins.</remarks>
internal sealed class Rundown
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _count = 1;

    /// <summary>Completes when all of it has ended, the owner included.</summary>
    public Task Ended => _ended.Task;

    /// <summary>One more begins; false when all has ended already.</summary>
    public bool TryEnter()
    {
        for (var count = Volatile.Read(ref _count); count > 0;)
        {
            var seen = Interlocked.CompareExchange(ref _count, count + 1, count);
            if (seen == count)
                return true;
            count = seen;
        }

        return false;
    }

    public void Leave()
    {
        if (Interlocked.Decrement(ref _count) == 0)
            _ended.TrySetResult();
    }
}
