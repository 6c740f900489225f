using System.Buffers;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>What TLS has encrypted and the stream below has not taken: one block at most, which goes back when it is empty.</summary>
/// <remarks>An encrypted record cannot be taken back, nor can another one go before it. So what the kernel does not take at once is sent in the background, and meanwhile nothing more is encrypted.</remarks>
internal sealed class SealedOutput(TransportStream inner)
{
    /// <summary>How much may be encrypted for one block: three records, with what each has around it (RFC 8446, 5.2).</summary>
    public const int MostPlain = 3 * RecordLength;

    /// <summary>The most that one record carries (RFC 8446, 5.1).</summary>
    public const int RecordLength = 16 * 1024;

    private IMemoryOwner<byte>? _block;
    private int _length;
    private SocketError _error;
    private Task<SocketError>? _sending;

    /// <summary>Whether everything has been taken below.</summary>
    public bool IsEmpty => _length == 0;

    /// <summary>The first error; what follows it is not sent.</summary>
    public SocketError Error => _error;

    /// <summary>Whether nothing more may be encrypted: a part still waits for the stream below.</summary>
    public bool IsWaiting => Volatile.Read(ref _sending) is not null;

    /// <summary>Completes when the part that waits has been taken, or never will be.</summary>
    public Task<SocketError> Sending => Volatile.Read(ref _sending) ?? Task.FromResult(_error);

    /// <summary>Takes one record. A record that is alone goes to the stream below without a copy.</summary>
    public void Add(ReadOnlySpan<byte> record, bool isAlone)
    {
        if (isAlone && _length == 0)
            record = record[Send(record)..];
        if (record.IsEmpty || _error != SocketError.Success)
            return;
        if (_block is null || _block.Memory.Length - _length < record.Length)
            Grow(_length + record.Length, isAlone);
        record.CopyTo(_block!.Memory.Span[_length..]);
        _length += record.Length;
    }

    /// <summary>Hands over what was added. What is not taken at once follows by itself.</summary>
    public SocketError Flush()
    {
        if (_length == 0)
            return _error;
        var sent = Send(_block!.Memory.Span[.._length]);
        if (sent == _length || _error != SocketError.Success)
            Free();
        else
            Wait(sent);
        return _error;
    }

    /// <summary>What was added is not sent.</summary>
    public void Drop() => Free();

    private int Send(ReadOnlySpan<byte> bytes)
    {
        var sent = inner.TrySend(bytes);
        if (!sent.IsSuccess && !sent.IsWouldBlock)
            _error = sent.Error;
        return sent.Count;
    }

    private void Wait(int from)
    {
        var ended = new TaskCompletionSource<SocketError>();
        Volatile.Write(ref _sending, ended.Task);
        _ = SendRestAsync(from, ended);
    }

    private async Task SendRestAsync(int from, TaskCompletionSource<SocketError> ended)
    {
        var error = await inner.SendAsync(_block!.Memory[from.._length]).ConfigureAwait(false);
        _error = error;
        Free();
        Volatile.Write(ref _sending, null);
        // On the loop or the thread pool, where the send has ended: the writer that waits continues there.
        ended.SetResult(error);
    }

    // Records of a usual message fit into a small block; what was gathered before moves along.
    private void Grow(int length, bool isAlone)
    {
        var larger = BlockPool.Shared.Rent(isAlone ? length : BlockPool.LargeBlock);
        _block?.Memory.Span[.._length].CopyTo(larger.Memory.Span);
        _block?.Dispose();
        _block = larger;
    }

    private void Free()
    {
        _length = 0;
        _block?.Dispose();
        _block = null;
    }
}
