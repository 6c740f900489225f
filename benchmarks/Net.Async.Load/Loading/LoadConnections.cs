namespace Net.Async.Load;

/// <summary>The open connections of a load, each known by its index, and which of them are ready.</summary>
internal sealed class LoadConnections : IDisposable
{
    private const int Closed = -1;
    private const int PollMilliseconds = 100;

    private readonly int[] _descriptors;
    private readonly EpollSet _ready = new();
    private readonly byte[] _received;

    public LoadConnections(LoadOptions options, uint interest)
    {
        var address = options.EndPoint.Serialize();
        _received = GC.AllocateUninitializedArray<byte>(Math.Max(options.BatchSize, 64 * 1024), pinned: true);
        _descriptors = new int[options.Connections + options.Disturbers];
        Array.Fill(_descriptors, Closed);
        for (var i = 0; i < _descriptors.Length; i++)
        {
            var descriptor = RawSocket.Dial(address);
            if (descriptor == RawSocket.Failed)
                throw new LoadException($"Connection {i + 1} of {_descriptors.Length} to {options.EndPoint} failed.");
            _descriptors[i] = descriptor;
            _ready.Watch(descriptor, i, interest);
        }

        Open = _descriptors.Length;
    }

    /// <summary>How many have not failed.</summary>
    public int Open { get; private set; }

    public bool IsOpen(int index) => _descriptors[index] != Closed;

    public int WaitForReady(bool poll = false) => _ready.Wait(poll ? 0 : PollMilliseconds);

    public (int Index, bool Readable, bool Writable) Event(int place) => _ready.Event(place);

    public void Watch(int index, uint interest) => _ready.Rewatch(_descriptors[index], index, interest);

    /// <summary>Sends what the kernel takes; false when the connection has failed.</summary>
    public bool TrySend(int index, ReadOnlySpan<byte> bytes, out int sent)
    {
        var result = RawSocket.Send(_descriptors[index], bytes);
        sent = Math.Max(0, result);
        return result != RawSocket.Failed;
    }

    /// <summary>Receives what is there and forgets it; false when the connection has failed or the server ended it.</summary>
    public bool TryReceive(int index, out int received)
    {
        var result = RawSocket.Receive(_descriptors[index], _received);
        received = Math.Max(0, result);
        return result is > 0 or RawSocket.NotNow;
    }

    public void Fail(int index)
    {
        RawSocket.Close(_descriptors[index]);
        _descriptors[index] = Closed;
        Open--;
    }

    public void Dispose()
    {
        foreach (var descriptor in _descriptors)
        {
            if (descriptor != Closed)
                RawSocket.Close(descriptor);
        }

        _ready.Dispose();
    }
}
