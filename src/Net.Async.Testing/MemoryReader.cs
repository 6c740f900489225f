using System.Buffers;
using System.IO.Pipelines;

namespace Net.Async.Testing;

/// <summary>A pipe's reader that ends as a connection's input does: a reset is told after the bytes before it, a local end at once.</summary>
internal sealed class MemoryReader(MemoryConnection connection, PipeReader pipe, long mostUnconsumed) : PipeReader
{
    private ReadOnlySequence<byte> _shown;
    private long _examined;
    private long _consumed;
    private volatile bool _reset;
    private volatile bool _stopped;

    public long BytesRead { get; private set; }

    public bool IsEnded { get; private set; }

    public bool IsCompleted { get; private set; }

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfUnreadable();
        if (_stopped || _reset)
            return TryRead(out var rest) ? rest : throw connection.Failure!;
        return Show(await pipe.ReadAsync(cancellationToken).ConfigureAwait(false));
    }

    public override bool TryRead(out ReadResult result)
    {
        ThrowIfUnreadable();
        if (_stopped && IsEnded)
        {
            result = new ReadResult(default, isCanceled: false, isCompleted: true);
            return true;
        }

        if (!pipe.TryRead(out result))
            return _reset ? throw connection.Failure! : false;
        result = Show(result);
        return true;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (_stopped && IsEnded && _shown.IsEmpty)
            return;
        ThrowIfForeign(consumed, nameof(consumed));
        ThrowIfForeign(examined, nameof(examined));
        pipe.AdvanceTo(consumed, examined);
        if (consumed.GetObject() is not null)
        {
            var length = _shown.Slice(_shown.Start, consumed).Length;
            _examined = Math.Max(_shown.Slice(_shown.Start, examined).Length, _examined) - length;
            _consumed += length;
        }

        _shown = default;
    }

    public override void CancelPendingRead() => pipe.CancelPendingRead();

    public override void Complete(Exception? exception = null)
    {
        if (IsCompleted)
            return;
        IsCompleted = true;
        pipe.Complete();
        if (exception is not null)
            connection.Abort(exception);
        else
            connection.OnInputEnded(byPeer: false);
    }

    public void ThrowIfHolding()
    {
        if (_examined > 0)
            throw new InvalidOperationException("The pipe holds bytes: read them from Input first.");
    }

    /// <summary>The connection has ended from this side: a pending read hears of it, and later ones.</summary>
    public void Stop()
    {
        _stopped = true;
        pipe.CancelPendingRead();
    }

    /// <summary>The peer reset: what is there is read first.</summary>
    public void OnReset()
    {
        _reset = true;
        pipe.CancelPendingRead();
    }

    /// <summary>The blocks go back; the connection was disposed.</summary>
    public void Release() => pipe.Complete();

    private void ThrowIfUnreadable()
    {
        if (_stopped && !IsEnded && !IsCompleted)
            throw connection.Failure!;
        if (_examined >= mostUnconsumed)
            throw new InvalidOperationException($"The reader holds {_examined} unconsumed bytes, the limit. Consume some, or raise it.");
    }

    private ReadResult Show(ReadResult result)
    {
        var hasNews = result.Buffer.Length > _examined;
        if ((_stopped && !IsEnded) || (_reset && !hasNews))
        {
            pipe.AdvanceTo(result.Buffer.Start);
            throw connection.Failure!;
        }

        _shown = result.Buffer;
        BytesRead = _consumed + result.Buffer.Length;
        if (result.IsCompleted && !_reset && !IsEnded)
        {
            IsEnded = true;
            connection.OnInputEnded(byPeer: true);
        }

        return _reset ? new ReadResult(result.Buffer, isCanceled: false, isCompleted: false) : result;
    }

    private void ThrowIfForeign(SequencePosition position, string name)
    {
        if (position.GetObject() is null || position.Equals(_shown.Start) || position.Equals(_shown.End))
            return;
        for (var segment = _shown.Start.GetObject() as ReadOnlySequenceSegment<byte>; segment is not null; segment = segment.Next)
        {
            if (ReferenceEquals(segment, position.GetObject()))
                return;
        }

        throw new InvalidOperationException($"The {name} position is not one of this reader's current buffer.");
    }
}
