namespace Net.Async.Load;

/// <summary>Connections beside those that are measured, which make the server's code stand still, spin, or never wait.</summary>
internal sealed class Disturbers(LoadOptions options, LoadConnections connections)
{
    private const int FloodPiece = 64 * 1024;

    private readonly byte[] _message = Message(options);
    private readonly int[] _received = new int[options.Disturbers];

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
        var message = Payload.Create(options.Mode == LoadOptions.Flood ? FloodPiece : options.Size);
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
            connections.Fail(index);
            return;
        }

        ref var sum = ref _received[index - options.Connections];
        sum += received;
        if (options.Mode != LoadOptions.Stalls || sum < options.Size)
            return;
        sum = 0;
        Send(index);
    }

    private void Send(int index)
    {
        if (!connections.TrySend(index, _message, out _))
            connections.Fail(index);
    }
}
