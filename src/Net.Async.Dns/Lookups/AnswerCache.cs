namespace Net.Async;

/// <summary>Answers until their time is over. At its limit, the one that was not used for longest makes room. Guarded by its owner's lock.</summary>
/// <param name="limit">How many.</param>
/// <param name="time">The clock.</param>
internal sealed class AnswerCache(int limit, TimeProvider time)
{
    private readonly Dictionary<Question, LinkedListNode<Entry>> _entries = [];

    // The one used last comes first.
    private readonly LinkedList<Entry> _byUse = [];

    public int Count => _entries.Count;

    /// <summary>The answer, with what is left of its time; null when there is none, or when its time is over.</summary>
    public Answer? Find(Question question)
    {
        if (!_entries.TryGetValue(question, out var node))
            return null;
        _byUse.Remove(node);
        var left = node.Value.Answer.TimeToLive - time.GetElapsedTime(node.Value.Since);
        if (left <= TimeSpan.Zero)
        {
            _entries.Remove(question);
            return null;
        }

        _byUse.AddFirst(node);
        return node.Value.Answer with { TimeToLive = left };
    }

    public void Keep(Question question, Answer answer)
    {
        Remove(question);
        if (limit == 0 || answer.TimeToLive <= TimeSpan.Zero)
            return;
        if (_entries.Count == limit)
            Remove(_byUse.Last!.Value.Question);
        _entries[question] = _byUse.AddFirst(new Entry(question, answer, time.GetTimestamp()));
    }

    public void Clear()
    {
        _entries.Clear();
        _byUse.Clear();
    }

    private void Remove(Question question)
    {
        if (_entries.Remove(question, out var node))
            _byUse.Remove(node);
    }

    private sealed record Entry(Question Question, Answer Answer, long Since);
}
