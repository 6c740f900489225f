using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Net.Async;

/// <summary>The stream that the base class library's TLS reads its records from and writes them to: a transport below, without a buffer for what is received.</summary>
/// <remarks>A read into no memory waits for readiness, so that a connection that waits holds no buffer of TLS either.</remarks>
internal sealed class CipherStream(TransportStream inner) : Stream
{
    private bool _isAlone;
    private bool _gathers;

    /// <summary>What is encrypted and not yet taken below.</summary>
    public SealedOutput Output { get; } = new(inner);

    /// <summary>What reads from here, which decrypts in turns; null during the handshake, when there is nothing beside it.</summary>
    public TlsSession? Session { get; set; }

    /// <summary>Whether the stream below has ended, which TLS has to say itself before (RFC 8446, 6.1).</summary>
    public bool HasEnded { get; private set; }

    /// <summary>The first error of the stream below.</summary>
    public SocketError Error { get; private set; }

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>What TLS itself sends from here on is the last, and is gathered as the records of a send are.</summary>
    public void BeginEnd() => (_gathers, _isAlone) = (true, false);

    /// <summary>The writes that follow are the records of so many bytes.</summary>
    public void BeginSend(int length) => _isAlone = length <= SealedOutput.RecordLength;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty)
            return WaitAsync();
        var received = inner.TryReceive(buffer.Span);
        return received.IsSuccess ? new(Count(received)) : received.IsWouldBlock ? ReceiveAsync(buffer) : ValueTask.FromException<int>(Failed(received.Error));
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    // Only called for what is here already: TLS reads without a wait when it holds a whole record.
    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty)
            return 0;
        var received = inner.TryReceive(buffer);
        return received.IsSuccess ? Count(received) : throw Failed(received.Error);
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <summary>Takes the records of a send; <see cref="SealedOutput.Flush"/> follows.</summary>
    public override void Write(ReadOnlySpan<byte> buffer) => Output.Add(buffer, _isAlone);

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <summary>Sends what belongs to TLS itself: a handshake, an alert.</summary>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_gathers)
        {
            Write(buffer.Span);
            return default;
        }

        var sent = inner.TrySend(buffer.Span);
        return sent.IsSuccess && sent.Count == buffer.Length ? default
            : sent.IsSuccess || sent.IsWouldBlock ? SendAsync(buffer[sent.Count..])
            : ValueTask.FromException(Failed(sent.Error));
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> WaitAsync()
    {
        await WaitForTurnAsync().ConfigureAwait(false);
        return 0;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> ReceiveAsync(Memory<byte> buffer)
    {
        while (true)
        {
            await WaitForTurnAsync().ConfigureAwait(false);
            var received = inner.TryReceive(buffer.Span);
            if (received.IsSuccess)
                return Count(received);
            if (!received.IsWouldBlock)
                throw Failed(received.Error);
        }
    }

    // While it waits, TLS decrypts nothing.
    private ValueTask WaitForTurnAsync()
    {
        var waiting = inner.WaitReadableAsync();
        if (!waiting.IsCompletedSuccessfully)
            return AwaitTurnAsync(waiting);
        var error = waiting.Result;
        return error is SocketError.Success ? default : ValueTask.FromException(Failed(error));
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask AwaitTurnAsync(ValueTask<SocketError> waiting)
    {
        Session?.EndExclusive();
        var error = await waiting.ConfigureAwait(false);
        Session?.BeginExclusive();
        if (error != SocketError.Success)
            throw Failed(error);
    }

    private async ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        if (await inner.SendAsync(bytes).ConfigureAwait(false) is not SocketError.Success and var error)
            throw Failed(error);
    }

    private int Count(TransportResult received)
    {
        HasEnded |= received.Count == 0;
        return received.Count;
    }

    private IOException Failed(SocketError error)
    {
        if (Error == SocketError.Success)
            Error = error;
        var cause = inner.Failure ?? new SocketException((int)error);
        return new IOException(cause.Message, cause);
    }
}
