using System.Net.Sockets;

namespace Net.Async;

/// <summary>The transport of a connection that limits how slowly its peer may take bytes: it measures the sends that wait.</summary>
/// <remarks>A wait is sent in parts, so that what the peer takes meanwhile is seen.</remarks>
internal sealed class PacedTransport : TransportDecorator
{
    // A record of TLS: more would be cut there anyway.
    private const int MostOfAPiece = 16 * 1024;

    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private WaitPace _pace;
    private long _taken;       // of the waits
    private long _progress;    // what was taken when the peer last took some
    private long _progressAt;  // a time stamp: when that was noticed
    private bool _sendsPieces; // the transport knows no first part: it sends one byte, and is not ready for more

    private PacedTransport(TransportStream inner, TimeProvider time)
        : base(inner) => _time = time;

    /// <summary>Called when a send begins to wait, with the sum of the waits before it.</summary>
    public Action<long>? OnBegin { get; set; }

    /// <summary>What is measured, for those who give it away.</summary>
    public TransportStream Measured => Inner;

    internal override bool IsGuarded => Inner.IsGuarded;

    // What the peer's system has acknowledged, where that is known: the kernel asks for more only when much of its buffer is free.
    private long Position => Inner.Acknowledged ?? _taken;

    /// <summary>The stream itself where no limit measures it.</summary>
    public static TransportStream Over(TransportStream stream, ConnectionOptions options) =>
        options.Limits.MeasuresSending ? new PacedTransport(stream, options.TimeProvider) : stream;

    /// <summary>When the sends become too slow; <see cref="long.MaxValue"/> while none waits.</summary>
    public long DueOf(MinDataRate rate, long now, TimerQueue clock)
    {
        lock (_lock)
            return _pace.DueOf(rate, now, Position, clock);
    }

    /// <summary>When the peer has taken nothing for too long; <see cref="long.MaxValue"/> while no send waits.</summary>
    public long DueOf(TimeSpan stall, long now, TimerQueue clock)
    {
        lock (_lock)
        {
            if (!_pace.IsWaiting)
                return long.MaxValue;
            if (Position is var position && position != _progress)
                (_progress, _progressAt) = (position, now);
            return clock.After(_progressAt, stall);
        }
    }

    public override TransportResult TrySend(ReadOnlySpan<byte> bytes)
    {
        var sent = base.TrySend(bytes);
        Note(sent.Count, isWhole: sent.Count == bytes.Length);
        return sent;
    }

    public override TransportResult TrySend(IList<ArraySegment<byte>> pieces)
    {
        // Before the call, which has the list.
        var length = _pace.IsOpen ? pieces.Sum(static piece => piece.Count) : 0;
        var sent = base.TrySend(pieces);
        Note(sent.Count, isWhole: sent.Count == length);
        return sent;
    }

    public override async ValueTask<SocketError> SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (true)
        {
            var part = _sendsPieces ? await SendPieceAsync(bytes).ConfigureAwait(false) : await SendFirstAsync(bytes, CancellationToken.None).ConfigureAwait(false);
            if (!part.IsSuccess && !part.IsWouldBlock)
                return part.Error;
            bytes = bytes[part.Count..];
            if (bytes.IsEmpty)
                return SocketError.Success;
            var sent = TrySend(bytes.Span);
            if (!sent.IsSuccess && !sent.IsWouldBlock)
                return sent.Error;
            _sendsPieces |= part.Count == 1 && sent.IsWouldBlock;
            bytes = bytes[sent.Count..];
            if (bytes.IsEmpty)
                return SocketError.Success;
        }
    }

    public override async ValueTask<TransportResult> SendFirstAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        BeginWait(0);
        var first = await base.SendFirstAsync(bytes, cancellationToken).ConfigureAwait(false);
        EndWait(first.Count);
        return first;
    }

    private async ValueTask<TransportResult> SendPieceAsync(ReadOnlyMemory<byte> bytes)
    {
        var piece = bytes[..Math.Min(bytes.Length, MostOfAPiece)];
        // Counted before it is taken: how much of it has gone is not known, and a slow peer gets the time for all of it.
        BeginWait(piece.Length);
        var error = await base.SendAsync(piece).ConfigureAwait(false);
        EndWait(0);
        return error == SocketError.Success ? TransportResult.Of(piece.Length) : TransportResult.Of(error);
    }

    private void BeginWait(int count)
    {
        long waited;
        lock (_lock)
        {
            var now = _time.GetTimestamp();
            _pace.Begin(now, Position);
            _taken += count;
            (_progress, _progressAt) = (Position, now);
            waited = _pace.Waited;
        }

        OnBegin?.Invoke(waited);
    }

    private void EndWait(int count)
    {
        lock (_lock)
        {
            _taken += count;
            _pace.End(_time.GetTimestamp());
        }
    }

    // A send that was taken at once and whole: the peer keeps up, and the next wait is judged by itself.
    private void Note(int count, bool isWhole)
    {
        if (!_pace.IsOpen)
            return;
        lock (_lock)
        {
            _taken += count;
            if (isWhole)
                _pace.Close();
        }
    }
}
