namespace Net.Async.Tests.Connections;

/// <summary>What an outbox queue does, in the plainest words: lists, and nothing clever.</summary>
internal sealed class OutboxModel(long most, OutboxFullMode mode)
{
    private readonly List<byte[]> _queued = [];
    private readonly List<(byte[] Message, OutboxWait Wait)> _waiting = [];
    private List<byte[]> _sending = [];
    private int _sent;

    public List<byte> Wire { get; } = [];

    public long Dropped { get; private set; }

    public long QueuedBytes => _queued.Concat(_sending).Sum(static message => message.Length + 64L);

    public bool HasMore => _queued.Count + _sending.Count > 0;

    public bool IsSending => _sending.Count > 0;

    public IReadOnlyList<OutboxWait> Waiting => [.. _waiting.Select(static entry => entry.Wait)];

    public PostOutcome Post(byte[] message)
    {
        if (HasRoom(message))
        {
            _queued.Add(message);
            return PostOutcome.Queued;
        }

        if (mode == OutboxFullMode.DropOldest && _sending.Sum(static sending => sending.Length + 64L) + message.Length + 64 <= most)
        {
            for (; !HasRoom(message); Dropped++)
                _queued.RemoveAt(0);
            _queued.Add(message);
            Admit();
            return PostOutcome.Queued;
        }

        Dropped++;
        return mode == OutboxFullMode.Disconnect ? PostOutcome.Overflow : PostOutcome.Dropped;
    }

    public bool PostInTurn(byte[] message)
    {
        var isQueued = _waiting.Count == 0 && HasRoom(message);
        if (isQueued)
            _queued.Add(message);
        return isQueued;
    }

    public void Wait(byte[] message, OutboxWait wait) => _waiting.Add((message, wait));

    public void GiveUp(OutboxWait wait)
    {
        _waiting.RemoveAll(entry => entry.Wait == wait);
        Admit();
    }

    /// <summary>The queue has begun a batch of so many bytes.</summary>
    public void Begin(int length)
    {
        for (var taken = 0; taken < length || _sending.Count == 0; _queued.RemoveAt(0))
        {
            _sending.Add(_queued[0]);
            taken += _queued[0].Length;
        }

        Assert.Equal(length, _sending.Sum(static message => message.Length));
        Assert.True(_sending.Count == 1 || length <= 65536);
    }

    public void Send(int count)
    {
        Wire.AddRange(_sending.SelectMany(static message => message).Skip(_sent).Take(count));
        _sent += count;
        if (_sent < _sending.Sum(static message => message.Length))
            return;
        (_sending, _sent) = ([], 0);
        Admit();
    }

    private bool HasRoom(byte[] message) => QueuedBytes + message.Length + 64 <= most;

    private void Admit()
    {
        for (; _waiting.Count > 0 && HasRoom(_waiting[0].Message); _waiting.RemoveAt(0))
            _queued.Add(_waiting[0].Message);
    }
}
