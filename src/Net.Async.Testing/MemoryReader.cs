using System.Buffers;
using System.IO.Pipelines;

namespace Net.Async.Testing;

/// <summary>A pipe's reader that ends as a connection's input does: a reset is told after the bytes before it, a local end at once.</summary>
internal sealed class MemoryReader(MemoryConnection connection, PipeReader pipe, long mostUnconsumed) : PipeReader
{
    // Who has the pipe: nobody, a read, whoever holds a result, or nobody ever again.
    private const int Idle = 0, Pending = 1, Out = 2, Done = 3;

    private ReadOnlySequence<byte> _shown;
    private long _examined;
    private long _consumed;
    private int _state;
    private volatile bool _reset;
    private volatile bool _stopped;
    private volatile bool _completed;

    public long BytesRead { get; private set; }

    public bool IsEnded { get; private set; }

    public bool IsCompleted => _completed;

    // Shown the end, and nothing before it is left unconsumed: no end of ours takes anything away any more.
    private bool IsReadToTheEnd => IsEnded && _consumed == BytesRead;

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (Begin() is { } end)
            return end;
        try
        {
            // After a reset nothing more comes: what is there is all there is.
            if (_reset)
                return pipe.TryRead(out var rest) ? Show(rest) : throw connection.Failure!;
            return Show(await ReadInTimeAsync(cancellationToken).ConfigureAwait(false));
        }
        finally
        {
            Leave();
        }
    }

    public override bool TryRead(out ReadResult result)
    {
        if (Begin() is { } end)
        {
            result = end;
            return true;
        }

        try
        {
            if (!pipe.TryRead(out result))
                return _reset ? throw connection.Failure! : false;
            result = Show(result);
            return true;
        }
        finally
        {
            Leave();
        }
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (_stopped && IsEnded && !IsCompleted && _state != Out)
            return;
        if (_state != Out)
            throw new InvalidOperationException("There is no read to advance.");
        var consumedAt = IndexOf(consumed, nameof(consumed));
        var examinedAt = IndexOf(examined, nameof(examined));
        pipe.AdvanceTo(consumed, examined);
        _examined = Math.Max(_examined, examinedAt) - consumedAt;
        _consumed += consumedAt;
        _shown = default;
        Free();
    }

    public override void CancelPendingRead() => pipe.CancelPendingRead();

    public override void Complete(Exception? exception = null)
    {
        if (IsCompleted)
            return;
        _completed = true;
        // A pending read is woken, and completes the pipe when it has gone: a pipe completed under it would never answer.
        if (Interlocked.CompareExchange(ref _state, Pending, Pending) == Pending)
            pipe.CancelPendingRead();
        else if (Interlocked.Exchange(ref _state, Done) != Done)
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

    /// <summary>The connection has ended from this side: a pending read hears of it, and later ones; the blocks go back.</summary>
    public void Stop()
    {
        _stopped = true;
        pipe.CancelPendingRead();
        CompleteIfFree();
    }

    /// <summary>The peer reset: what is there is read first.</summary>
    public void OnReset()
    {
        _reset = true;
        pipe.CancelPendingRead();
    }

    private async ValueTask<ReadResult> ReadInTimeAsync(CancellationToken cancellationToken)
    {
        using var limit = connection.LimitRead();
        if (limit is null)
            return await pipe.ReadAsync(cancellationToken).ConfigureAwait(false);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await pipe.ReadAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw connection.ReadTimedOut();
        }
    }

    private ReadResult? Begin()
    {
        if (IsCompleted)
            throw new InvalidOperationException("Reading is not allowed after the reader was completed.");
        if (_stopped)
            return IsReadToTheEnd ? new ReadResult(default, isCanceled: false, isCompleted: true) : throw connection.Failure!;
        if (_examined >= mostUnconsumed)
            throw new InvalidOperationException($"The reader holds {_examined} unconsumed bytes, the limit. Consume some, or raise it.");
        if (Interlocked.CompareExchange(ref _state, Pending, Idle) != Idle)
            throw _stopped ? connection.Failure! : new InvalidOperationException("A read is under way: advance the last one, or await it, first.");
        return null;
    }

    private void Leave()
    {
        if (Interlocked.CompareExchange(ref _state, Idle, Pending) == Pending && (_stopped || IsCompleted))
            CompleteIfFree();
    }

    private void Free()
    {
        Interlocked.CompareExchange(ref _state, Idle, Out);
        if (_stopped || IsCompleted)
            CompleteIfFree();
    }

    private void CompleteIfFree()
    {
        if (Interlocked.CompareExchange(ref _state, Done, Idle) == Idle)
            pipe.Complete();
    }

    private ReadResult Show(ReadResult result)
    {
        var hasNews = result.Buffer.Length > _examined;
        if (IsCompleted)
        {
            pipe.AdvanceTo(result.Buffer.Start);
            throw new InvalidOperationException("The reader was completed while a read was pending.");
        }

        if ((_stopped && !IsReadToTheEnd) || (_reset && !hasNews))
        {
            pipe.AdvanceTo(result.Buffer.Start);
            throw connection.Failure!;
        }

        _shown = result.Buffer;
        BytesRead = _consumed + result.Buffer.Length;
        if (hasNews)
            connection.OnBytes();
        _state = Out;
        if (result.IsCompleted && !_reset && !IsEnded)
        {
            IsEnded = true;
            connection.OnInputEnded(byPeer: true);
        }

        return _reset ? new ReadResult(result.Buffer, isCanceled: false, isCompleted: false) : result;
    }

    private long IndexOf(SequencePosition position, string name)
    {
        if (position.GetObject() is null)
            return 0;
        long before = 0;
        for (var segment = _shown.Start.GetObject() as ReadOnlySequenceSegment<byte>; segment is not null; segment = segment.Next)
        {
            if (ReferenceEquals(segment, position.GetObject()))
                return before + position.GetInteger() - _shown.Start.GetInteger();
            before += segment.Memory.Length;
        }

        return position.Equals(_shown.End) ? _shown.Length
            : throw new InvalidOperationException($"The {name} position is not one of this reader's current buffer.");
    }
}
