using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Net.Async;

/// <summary>What waits for the transport to take more: the send under way, and the caller's memory that follows the buffer. Guarded by the lock of the pipe.</summary>
/// <remarks>Made when the transport makes a send wait for the first time.</remarks>
/// <param name="onSent">Called when a send that waited has ended.</param>
/// <param name="budget">What unsent bytes are taken from; null for none. A connection that has one makes this at once.</param>
internal sealed class Backlog(Action onSent, OutputBudget? budget = null)
{
    private ValueTaskAwaiter<SocketError> _send;
    private int _count;
    private ReadOnlyMemory<byte> _rest;
    private SendProgress _progress;
    private long _taken; // from the budget

    /// <summary>How much of the caller's memory follows what the buffer holds.</summary>
    public int RestLength => _rest.Length;

    /// <summary>The caller's memory follows what the buffer holds. It belongs to the call until that ends.</summary>
    public void Keep(ReadOnlyMemory<byte> rest, SendProgress progress) => (_rest, _progress) = (rest, progress);

    /// <summary>The call has its memory back.</summary>
    /// <returns>Whether some of the call has gone, or may have.</returns>
    public SendProgress DropRest()
    {
        _rest = default;
        return _progress;
    }

    /// <summary>Copies the next piece to the buffer, which is empty.</summary>
    public void TakePiece(ref SendBuffer buffer)
    {
        if (_rest.IsEmpty)
            return;
        _progress = SendProgress.Begun;
        AppendPiece(ref buffer);
    }

    /// <summary>Copies everything to the buffer: the memory is the caller's again when its wait ends.</summary>
    public void KeepRest(ref SendBuffer buffer)
    {
        while (!_rest.IsEmpty)
            AppendPiece(ref buffer);
    }

    /// <summary>Takes from the budget what is unsent, or gives back what no longer is.</summary>
    /// <returns>False when it would pass the budget: nothing is taken.</returns>
    public bool Settle(long unsent)
    {
        if (budget is null || unsent == _taken)
            return true;
        if (unsent > _taken && !budget.TryTake(unsent - _taken))
            return false;
        if (unsent < _taken)
            budget.Give(_taken - unsent);
        _taken = unsent;
        return true;
    }

    /// <summary>Begins a send that may wait.</summary>
    /// <returns>Whether it has ended already; else its end calls back.</returns>
    public bool Begin(TransportStream stream, ReadOnlyMemory<byte> bytes)
    {
        _count = bytes.Length;
        _send = stream.SendAsync(bytes).GetAwaiter();
        if (_send.IsCompleted)
            return true;
        _send.UnsafeOnCompleted(onSent);
        return false;
    }

    /// <summary>How the send ended.</summary>
    public TransportResult Result() =>
        _send.GetResult() is not SocketError.Success and var error ? TransportResult.Of(error) : TransportResult.Of(_count);

    // A piece is bounded by itself: it is in memory already, so it may pass MaxUnflushedBytes.
    private void AppendPiece(ref SendBuffer buffer)
    {
        var piece = _rest[..Math.Min(BlockPool.LargeBlock, _rest.Length)];
        buffer.Append(piece.Span);
        _rest = _rest[piece.Length..];
    }
}

/// <summary>Whether bytes of a call have gone.</summary>
internal enum SendProgress : byte
{
    None,
    Begun,
}
