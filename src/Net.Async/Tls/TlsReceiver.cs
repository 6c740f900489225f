using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Net.Async;

/// <summary>Receiving through TLS: a read into no memory says that decrypted bytes are there, and a second one takes them.</summary>
/// <remarks>One such read at most is under way. It keeps no buffer before there is something to decrypt.</remarks>
internal sealed class TlsReceiver(TransportStream inner, CipherStream cipher, TlsSession session, TlsFailure failure)
{
    private ConfiguredValueTaskAwaitable<int>.ConfiguredValueTaskAwaiter _reading;
    private ReadState _state;
    private SocketError _readError;
    private bool _hasByte; // a look has taken it
    private byte _byte;

    private enum ReadState : byte
    {
        /// <summary>Not known what is there.</summary>
        Unknown,

        /// <summary>A read into no memory waits.</summary>
        Waiting,

        /// <summary>It has ended: decrypted bytes are there, or the end is.</summary>
        Ready,

        Ended,

        Failed,
    }

    /// <summary>Whether nothing more comes.</summary>
    public bool HasEnded => _state is ReadState.Ended or ReadState.Failed;

    public TransportResult TryReceive(Span<byte> buffer)
    {
        var count = 0;
        if (_hasByte && !buffer.IsEmpty)
        {
            (buffer[0], _hasByte, count) = (_byte, false, 1);
            buffer = buffer[1..];
        }

        if (!buffer.IsEmpty && IsReady())
            count += Read(buffer);
        return count > 0 ? TransportResult.Of(count) : Known();
    }

    public TransportResult Peek()
    {
        if (_hasByte)
            return TransportResult.Of(1);
        Span<byte> one = stackalloc byte[1];
        if (!IsReady() || Read(one) == 0)
            return Known();
        (_byte, _hasByte) = (one[0], true);
        return TransportResult.Of(1);
    }

    public ValueTask<SocketError> WaitReadableAsync()
    {
        if (_hasByte || IsReady() || _state is not ReadState.Waiting)
            return new(session.IsClosed ? SocketError.OperationAborted : SocketError.Success);
        return WaitAsync();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<SocketError> WaitAsync()
    {
        try
        {
            await new Reading(_reading);
            _state = ReadState.Ready;
        }
        catch (Exception exception)
        {
            Fail(exception);
        }

        return session.IsClosed ? SocketError.OperationAborted : SocketError.Success;
    }

    // Begins the read where none waits. True when a read has something to take.
    private bool IsReady()
    {
        if (_state == ReadState.Ready)
            return true;
        if (_state is ReadState.Ended or ReadState.Failed)
            return false;
        try
        {
            if (_state == ReadState.Unknown)
                Begin(DecryptAsync());
            _state = ReadState.Waiting;
            if (!_reading.IsCompleted)
                return false;
            _ = _reading.GetResult();
            _state = ReadState.Ready;
            return true;
        }
        catch (Exception exception)
        {
            Fail(exception);
            return false;
        }
    }

    // Ends when decrypted bytes are there, or the end is. Its own end, whatever ends it, lets a close free what is behind it.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> DecryptAsync()
    {
        session.Enter();
        session.BeginExclusive();
        try
        {
            return await session.Stream.ReadAsync(Memory<byte>.Empty, CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            session.EndExclusive();
            session.Leave();
        }
    }

    private void Begin(ValueTask<int> reading) => _reading = reading.ConfigureAwait(false).GetAwaiter();

    // Only when the read is ready: what is decrypted is taken without a call of the stream below.
    private int Take(Span<byte> buffer)
    {
        session.Enter();
        session.BeginExclusive();
        try
        {
            return session.Stream.Read(buffer);
        }
        finally
        {
            session.EndExclusive();
            session.Leave();
        }
    }

    private int Read(Span<byte> buffer)
    {
        try
        {
            var count = Take(buffer);
            if (count > 0)
                _state = ReadState.Unknown;
            else
                End();
            return count;
        }
        catch (Exception exception)
        {
            Fail(exception);
            return 0;
        }
    }

    // A peer that has ended says so in a record of its own (close_notify). An end below may be of another on the way (RFC 8446, 6.1).
    private void End()
    {
        if (failure.IsTruncated)
        {
            (_readError, _state) = (failure.Truncate(), ReadState.Failed);
            return;
        }

        session.HasPeerEnded = true;
        // Either this sees what a send has handed over, or that send sees the end.
        Interlocked.MemoryBarrier();
        session.HadAllArrived = cipher.Output.IsEmpty && inner.HasNothingUnderWay;
        _state = ReadState.Ended;
    }

    private void Fail(Exception exception)
    {
        _readError = failure.ErrorOf(exception);
        _state = ReadState.Failed;
    }

    // The read that waits, for an await.
    private readonly struct Reading(ConfiguredValueTaskAwaitable<int>.ConfiguredValueTaskAwaiter awaiter)
    {
        public ConfiguredValueTaskAwaitable<int>.ConfiguredValueTaskAwaiter GetAwaiter() => awaiter;
    }

    private TransportResult Known() => session.IsClosed ? TransportResult.Of(SocketError.OperationAborted) : _state switch
    {
        ReadState.Ended => TransportResult.Of(0),
        ReadState.Failed => TransportResult.Of(_readError),
        _ => TransportResult.WouldBlock,
    };
}
