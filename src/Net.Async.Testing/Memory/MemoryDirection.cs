using System.Net.Sockets;

namespace Net.Async.Testing;

/// <summary>One direction of a connection in memory: what was sent and not yet received, and how the direction ends.</summary>
/// <remarks>
/// What is here has arrived: an end or a reset by the sender comes behind it. What found no room is lost at a reset.
/// The receiver's close empties it, and every later send fails.
/// </remarks>
/// <param name="capacity">How many bytes it holds at most.</param>
internal sealed class MemoryDirection(int capacity)
{
    private readonly Lock _lock = new();
    private readonly ByteRing _bytes = new(capacity);
    private Wake _readable;
    private Wake _writable;
    private DirectionEnd _end;

    /// <summary>Whether the sender's end or reset is here, perhaps behind bytes.</summary>
    public DirectionEnd End
    {
        get
        {
            lock (_lock)
                return _end;
        }
    }

    public TransportResult TrySend(ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            if (_end != DirectionEnd.None)
                return TransportResult.Of(_end == DirectionEnd.Ended ? SocketError.Shutdown : SocketError.ConnectionReset);
            if (_bytes.Room == 0)
                return TransportResult.WouldBlock;
            var count = _bytes.Write(bytes);
            _readable.Set();
            return TransportResult.Of(count);
        }
    }

    public TransportResult TryReceive(Span<byte> buffer)
    {
        lock (_lock)
        {
            if (_bytes.Count == 0)
                return Next();
            _writable.Set();
            return TransportResult.Of(_bytes.Read(buffer));
        }
    }

    public TransportResult Peek()
    {
        lock (_lock)
            return Next();
    }

    /// <summary>Completes when a receive has something to say, or this side has closed.</summary>
    public Task WaitReadableAsync()
    {
        lock (_lock)
            return Next().IsWouldBlock ? _readable.WaitAsync() : Task.CompletedTask;
    }

    /// <summary>Completes when a send has something to say, or this side has closed.</summary>
    public Task WaitWritableAsync()
    {
        lock (_lock)
            return _end == DirectionEnd.None && _bytes.Room == 0 ? _writable.WaitAsync() : Task.CompletedTask;
    }

    /// <summary>The sender ends it, once: what came first stays.</summary>
    public void EndBy(DirectionEnd end)
    {
        lock (_lock)
        {
            if (_end is DirectionEnd.None or DirectionEnd.Ended)
                _end = end;
            WakeBoth();
        }
    }

    /// <summary>The receiver has closed: what is here is lost. Returns whether bytes were.</summary>
    public bool Abandon()
    {
        lock (_lock)
        {
            var wasUnread = _bytes.Count > 0;
            _bytes.Truncate(0);
            _end = DirectionEnd.Abandoned;
            WakeBoth();
            return wasUnread;
        }
    }

    // What is next for the receiver.
    private TransportResult Next() => _bytes.Count > 0 ? TransportResult.Of(1) : _end switch
    {
        DirectionEnd.None => TransportResult.WouldBlock,
        DirectionEnd.Ended => TransportResult.Of(0),
        DirectionEnd.Reset => TransportResult.Of(SocketError.ConnectionReset),
        _ => TransportResult.Of(SocketError.OperationAborted),
    };

    private void WakeBoth()
    {
        _readable.Set();
        _writable.Set();
    }
}

/// <summary>How a direction has ended.</summary>
internal enum DirectionEnd
{
    None,

    /// <summary>The sender has sent its last byte.</summary>
    Ended,

    /// <summary>The sender has reset the connection.</summary>
    Reset,

    /// <summary>The receiver has closed.</summary>
    Abandoned,
}
