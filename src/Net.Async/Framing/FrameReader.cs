using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Runtime.CompilerServices;

namespace Net.Async;

/// <summary>Reads frames from a pipe: those that have been received one after the other without a wait, then a wait for more.</summary>
/// <remarks>
/// <para>The shape is that of a channel's reader: <see cref="WaitToReadAsync"/>, then <see cref="TryRead"/> until it says false. <see cref="ReadAllAsync"/> is the same as one loop.</para>
/// <para>A frame is a view of the pipe's memory, without a copy. It is valid until the next call of this reader; keep a copy of what is needed longer.</para>
/// <para>One caller at a time. While the reader is used the pipe is its own; a dispose leaves the bytes behind the last frame in the pipe, for another protocol.</para>
/// </remarks>
public sealed class FrameReader : IDisposable
{
    private readonly PipeReader _input;
    private readonly FrameFormat _format;
    private readonly EndPoint? _peer;
    private ReadOnlySequence<byte> _buffer; // what was received and belongs to no frame that was handed out, except for what was taken
    private FirstPiece _first;              // the buffer's first piece, except for what was taken from it
    private long _searched;
    private long _examined;                 // bytes of the buffer that an earlier read has shown: a pipe wants them examined again
    private FrameReaderState _state;

    /// <summary>Reads from a pipe.</summary>
    /// <param name="input">The pipe, of a connection for example.</param>
    /// <param name="format">How the frames are divided.</param>
    /// <exception cref="ArgumentNullException">The pipe or the format is null.</exception>
    public FrameReader(PipeReader input, FrameFormat format)
        : this(input, format, null)
    {
    }

    internal FrameReader(PipeReader input, FrameFormat format, EndPoint? peer)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(format);
        (_input, _format, _peer) = (input, format, peer);
    }

    /// <summary>Takes the next frame that has been received whole.</summary>
    /// <param name="frame">The payload, valid until the next call of this reader. It may be empty: zero bytes are a frame.</param>
    /// <returns>False when more bytes are needed; the frame is empty then.</returns>
    /// <exception cref="ConnectionException">The peer has sent or announced a frame that is too long, or no frame (<see cref="ConnectionError.InvalidData"/>).</exception>
    /// <exception cref="ObjectDisposedException">The reader was disposed.</exception>
    public bool TryRead(out ReadOnlySequence<byte> frame)
    {
        var bytes = _first.Rest;
        if (_format.TryFindFast(bytes, out var extent) && extent.Length <= bytes.Length && extent.Payload <= _format.MaxLength)
        {
            frame = _first.Take(extent);
            _searched = 0;
            return true;
        }

        return TryReadAcross(out frame);
    }

    /// <summary>Waits until a frame has been received whole.</summary>
    /// <param name="cancellationToken">Ends the wait and loses no byte.</param>
    /// <returns>False at the peer's end, behind the last frame.</returns>
    /// <exception cref="ConnectionException">A frame is too long, is none, or was cut off by the peer's end (<see cref="ConnectionError.InvalidData"/>); or the connection has failed.</exception>
    /// <exception cref="ObjectDisposedException">The reader was disposed.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            if (TryFindNext(out _))
                return true;
            if (_state == FrameReaderState.Ended)
                return _buffer.IsEmpty ? false : throw Invalid($"ended within a frame, behind {_buffer.Length} bytes of it");
            GiveBack(examined: true);
            var result = await _input.ReadAsync(cancellationToken).ConfigureAwait(false);
            _buffer = result.Buffer;
            _first = new FirstPiece(_buffer);
            _state = result.IsCompleted ? FrameReaderState.Ended : FrameReaderState.Holding;
            if (result.IsCanceled && !TryFindNext(out _))
            {
                GiveBack(examined: false);
                throw new OperationCanceledException("The read was cancelled by CancelPendingRead.");
            }
        }
    }

    /// <summary>Reads the next frame.</summary>
    /// <param name="cancellationToken">Ends the wait and loses no byte.</param>
    /// <returns>The payload, valid until the next call of this reader; null at the peer's end, behind the last frame.</returns>
    /// <exception cref="ConnectionException">A frame is too long, is none, or was cut off by the peer's end (<see cref="ConnectionError.InvalidData"/>); or the connection has failed.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<ReadOnlySequence<byte>?> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (TryRead(out var frame))
            return frame;
        return await WaitToReadAsync(cancellationToken).ConfigureAwait(false) && TryRead(out frame) ? frame : null;
    }

    /// <summary>Reads frames until the peer's end.</summary>
    /// <param name="cancellationToken">Ends the wait for the next frame and loses no byte.</param>
    /// <exception cref="ConnectionException">A frame is too long, is none, or was cut off by the peer's end (<see cref="ConnectionError.InvalidData"/>); or the connection has failed.</exception>
    public async IAsyncEnumerable<ReadOnlySequence<byte>> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (await WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            while (TryRead(out var frame))
                yield return frame;
        }
    }

    /// <summary>Gives the pipe back: what follows the last frame that was taken is the next thing that is read from it.</summary>
    public void Dispose()
    {
        if (_state == FrameReaderState.Disposed)
            return;
        GiveBack(examined: false);
        _state = FrameReaderState.Disposed;
    }

    private bool TryReadAcross(out ReadOnlySequence<byte> frame)
    {
        frame = default;
        if (!TryFindNext(out var extent))
            return false;
        frame = _buffer.Slice(extent.Header, extent.Payload);
        Take(extent.Length);
        _searched = 0;
        return true;
    }

    // The frame that is next, when all of it has been received.
    private bool TryFindNext(out FrameExtent extent)
    {
        ObjectDisposedException.ThrowIf(_state == FrameReaderState.Disposed, this);
        Settle();
        extent = default;
        if (_buffer.IsEmpty)
            return false;
        if (!Finds(out extent))
        {
            _searched = _buffer.Length;
            return _searched <= _format.LongestUnfound ? false : throw Invalid($"sent a frame of more than {_format.MaxLength} bytes");
        }

        // A format of the user's that finds nothing where something is would be asked for ever.
        if (extent.Header < 0 || extent.Payload < 0 || extent.Trailer < 0 || extent.Length == 0)
            throw new InvalidOperationException($"The {_format.GetType().Name} has found a frame of {extent.Header}, {extent.Payload} and {extent.Trailer} bytes: the parts must not be negative, nor all 0.");
        if (extent.Payload > _format.MaxLength)
            throw Invalid($"sent a frame of {extent.Payload} bytes, and {_format.MaxLength} are allowed");
        return extent.Length <= _buffer.Length;
    }

    private bool Finds(out FrameExtent extent)
    {
        try
        {
            return _format.TryFind(_buffer, Math.Min(_searched, _buffer.Length), out extent);
        }
        catch (FormatException exception)
        {
            throw Invalid("sent no frame: " + exception.Message.TrimEnd('.'), exception);
        }
    }

    // Frames that were taken from the first piece alone leave the buffer as it was.
    private void Settle()
    {
        if (_first.Taken > 0)
            Take(_first.Taken);
    }

    private void Take(long count)
    {
        _buffer = _buffer.Slice(count);
        _first = new FirstPiece(_buffer);
        _examined = Math.Max(0, _examined - count);
    }

    private void GiveBack(bool examined)
    {
        if (_state is not (FrameReaderState.Holding or FrameReaderState.Ended))
            return;
        Settle();
        _examined = examined ? _buffer.Length : _examined;
        _input.AdvanceTo(_buffer.Start, _buffer.GetPosition(_examined));
        _buffer = default;
        _first = default;
        _searched = examined ? _searched : 0;
        _state = FrameReaderState.Idle;
    }

    private ConnectionException Invalid(string what, Exception? cause = null) =>
        new(ConnectionError.InvalidData, $"The peer{(_peer is null ? "" : " " + NetEndPoint.Format(_peer))} {what}.", _peer, cause);
}

/// <summary>Where a reader of frames stands.</summary>
internal enum FrameReaderState : byte
{
    /// <summary>No read is under way.</summary>
    Idle,

    /// <summary>It holds what a read has returned.</summary>
    Holding,

    /// <summary>The same, and the peer has ended behind it.</summary>
    Ended,

    /// <summary>The pipe was given back.</summary>
    Disposed,
}
