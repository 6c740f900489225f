using System.IO.Pipelines;

namespace Net.Async;

/// <summary>What is handed over as a whole and read piece by piece, a file or a stream: an orderly end waits for all of it.</summary>
internal sealed partial class OutputPipe
{
    private bool _held;

    /// <summary>Holds an orderly end back until <see cref="LetGo"/>; false when it was asked for already, or bytes that wait must go first.</summary>
    /// <exception cref="InvalidOperationException">Another has it.</exception>
    public bool TryHold()
    {
        lock (_lock)
        {
            if (_held)
                ThrowFlushing();
            return _held = !IsOver && _refusal is null;
        }
    }

    /// <summary>All of it was handed over, or the connection was aborted: the end may come.</summary>
    public void LetGo()
    {
        bool send;
        lock (_lock)
        {
            _held = false;
            if (_completed)
                _buffer.Seal();
            send = _finishing && !_sending && !IsFinished;
            _sending |= send;
        }

        if (send)
            SendAndWake();
    }

    /// <summary>Copies a stream to its end. One with a length is a whole: it arrives, or the connection is aborted. One without, a socket's for example, is handed over as it is read.</summary>
    protected override async Task CopyFromAsync(Stream source, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        var isWhole = source.CanSeek && TryHold();
        var hasBegun = false;
        try
        {
            // A write that is under way, or an end, is told before anything is read.
            ThrowIfCut(await WriteAsync(ReadOnlyMemory<byte>.Empty, cancellationToken).ConfigureAwait(false));
            while (true)
            {
                var read = await source.ReadAsync(GetMemory(BlockPool.SmallBlock), cancellationToken).ConfigureAwait(false);
                if (read == 0)
                    return;
                Advance(read);
                hasBegun = true;
                ThrowIfCut(await FlushAsync(cancellationToken).ConfigureAwait(false));
            }
        }
        catch (Exception exception) when (isWhole && hasBegun)
        {
            _connection.Abort(exception);
            throw;
        }
        finally
        {
            if (isWhole)
                LetGo();
        }
    }

    private void ThrowIfCut(FlushResult flushed)
    {
        if (flushed.IsCanceled)
            throw new OperationCanceledException("The copy was cut off by CancelPendingFlush.");
        if (flushed.IsCompleted)
            throw _failure ?? _connection.ClosedHere();
    }
}
