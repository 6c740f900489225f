namespace Net.Async.Load;

/// <summary>Connections beside those that are measured, which make the server's code block, spin, or never wait.</summary>
internal sealed class Disturbers(LoadOptions options, LoadConnections connections)
{
    private const int FloodPiece = 64 * 1024;

    private readonly byte[] _message = Message(options);
    private readonly int[] _sent = new int[options.Disturbers];
    private readonly int[] _received = new int[options.Disturbers];

    /// <summary>Those that the server has closed.</summary>
    public int Failures { get; private set; }

    /// <summary>Whether this connection is one of them; they follow the measured ones.</summary>
    public bool Has(int index) => index >= options.Connections;

    /// <summary>Begins; a flood needs to hear when the kernel takes more.</summary>
    public void Begin()
    {
        for (var index = options.Connections; index < options.Connections + options.Disturbers; index++)
        {
            if (options.Mode == LoadOptions.Flood)
                connections.Watch(index, EpollSet.Readable | EpollSet.Writable);
            Send(index);
        }
    }

    public void OnReady(int index, bool readable, bool writable)
    {
        if (readable)
            Receive(index);
        if (writable && connections.IsOpen(index))
            Send(index);
    }

    private static byte[] Message(LoadOptions options)
    {
        // Zeros: a flood says nothing that makes a server misbehave.
        var message = GC.AllocateArray<byte>(options.Mode == LoadOptions.Flood ? FloodPiece : options.Size, pinned: true);
        message[0] = options.Mode switch
        {
            LoadOptions.Stalls => (byte)'S',
            LoadOptions.Spins => (byte)'X',
            _ => 0,
        };
        return message;
    }

    // The next stall begins when the last is over; a flood sends as the kernel takes it.
    private void Receive(int index)
    {
        if (!connections.TryReceive(index, out var received))
        {
            Fail(index);
            return;
        }

        ref var sum = ref _received[index - options.Connections];
        sum += received;
        if (options.Mode != LoadOptions.Stalls || sum < options.Size)
            return;
        sum = 0;
        _sent[index - options.Connections] = 0;
        Send(index);
    }

    // What does not go out at once follows when the kernel has room; in a flood there is always something.
    private void Send(int index)
    {
        ref var sent = ref _sent[index - options.Connections];
        if (!connections.TrySend(index, _message.AsSpan(sent), out var count))
        {
            Fail(index);
            return;
        }

        sent += count;
        if (options.Mode == LoadOptions.Flood)
            sent %= FloodPiece;
        else
            connections.Watch(index, sent < _message.Length ? EpollSet.Readable | EpollSet.Writable : EpollSet.Readable);
    }

    private void Fail(int index)
    {
        Failures++;
        connections.Fail(index);
    }
}
