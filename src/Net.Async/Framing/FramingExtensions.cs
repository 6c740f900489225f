using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Net.Async;

/// <summary>Frames over a connection, and in any pipe.</summary>
public static class FramingExtensions
{
    // So much is copied behind its header, and goes with it in one send.
    private const int ShortPayload = 2048;

    /// <summary>Reads frames until the peer's end.</summary>
    /// <remarks>Each frame is a view of the input's memory, valid until the loop asks for the next one. When the loop ends early, the bytes behind the last frame are still in <see cref="Connection.Input"/>.</remarks>
    /// <param name="connection">The connection.</param>
    /// <param name="format">How the frames are divided, and how long one may be.</param>
    /// <param name="cancellationToken">Ends the wait for the next frame and loses no byte.</param>
    /// <exception cref="ArgumentNullException">The connection or the format is null.</exception>
    /// <exception cref="ConnectionException">A frame is too long, is none, or was cut off by the peer's end (<see cref="ConnectionError.InvalidData"/>); or the connection was reset, aborted or closed.</exception>
    public static IAsyncEnumerable<ReadOnlySequence<byte>> ReadFramesAsync(this Connection connection, FrameFormat format, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(connection);
        return EnumerateAsync(new FrameReader(connection.Input, format, connection.RemoteEndPoint), cancellationToken);
    }

    /// <summary>Writes one frame and flushes it.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="format">How the frame is written.</param>
    /// <param name="payload">The payload; yours again when the call is over.</param>
    /// <param name="cancellationToken">Ends the wait for the kernel; what was written is sent.</param>
    /// <exception cref="ArgumentNullException">The connection or the format is null.</exception>
    /// <exception cref="ArgumentException">The payload is too long, or no frame of this format; nothing was written.</exception>
    /// <exception cref="ConnectionException">The connection was reset, aborted or closed.</exception>
    public static async ValueTask WriteFrameAsync(this Connection connection, FrameFormat format, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(connection);
        var result = await connection.Output.WriteFrameAsync(format, payload, cancellationToken).ConfigureAwait(false);
        // A cancel that ended no wait has taken nothing from this write: every byte has gone.
        if (result.IsCanceled && connection.UnflushedBytes > 0)
            throw new OperationCanceledException("The wait was ended by CancelPendingFlush; what was written is sent.");
        if (result.IsCompleted)
            throw new ConnectionException(ConnectionError.Closed, $"The connection {connection} is closed; the frame was not sent.", connection.RemoteEndPoint);
    }

    /// <summary>Writes one frame and flushes it, from several pieces of memory: what <see cref="ReadFramesAsync"/> has read, for example.</summary>
    /// <remarks>A payload in more than one piece is copied first.</remarks>
    /// <param name="connection">The connection.</param>
    /// <param name="format">How the frame is written.</param>
    /// <param name="payload">The payload; yours again when the call is over.</param>
    /// <param name="cancellationToken">Ends the wait for the kernel; what was written is sent.</param>
    /// <exception cref="ArgumentNullException">The connection or the format is null.</exception>
    /// <exception cref="ArgumentException">The payload is too long, or no frame of this format; nothing was written.</exception>
    /// <exception cref="ConnectionException">The connection was reset, aborted or closed.</exception>
    public static ValueTask WriteFrameAsync(this Connection connection, FrameFormat format, ReadOnlySequence<byte> payload, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(format);
        return payload.IsSingleSegment ? connection.WriteFrameAsync(format, payload.First, cancellationToken) : WriteCopyAsync(connection, format, payload, cancellationToken);
    }

    /// <summary>Writes one frame to a pipe and flushes it.</summary>
    /// <param name="output">The pipe.</param>
    /// <param name="format">How the frame is written.</param>
    /// <param name="payload">The payload; yours again when the call is over.</param>
    /// <param name="cancellationToken">As for <see cref="PipeWriter.FlushAsync"/>.</param>
    /// <returns>What the flush says.</returns>
    /// <exception cref="ArgumentNullException">The pipe or the format is null.</exception>
    /// <exception cref="ArgumentException">The payload is too long, or no frame of this format; nothing was written.</exception>
    public static ValueTask<FlushResult> WriteFrameAsync(this PipeWriter output, FrameFormat format, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(format);
        cancellationToken.ThrowIfCancellationRequested();
        if (payload.Length > ShortPayload)
            return WriteLongAsync(output, format, payload, cancellationToken);
        output.WriteFrame(format, payload.Span);
        return output.FlushAsync(cancellationToken);
    }

    /// <summary>Writes one frame and does not flush it, to send several at once.</summary>
    /// <param name="output">The pipe, or another buffer.</param>
    /// <param name="format">How the frame is written.</param>
    /// <param name="payload">The payload.</param>
    /// <exception cref="ArgumentNullException">The output or the format is null.</exception>
    /// <exception cref="ArgumentException">The payload is too long, or no frame of this format; nothing was written.</exception>
    public static void WriteFrame(this IBufferWriter<byte> output, FrameFormat format, ReadOnlySpan<byte> payload)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(format);
        format.CheckPayload(payload, nameof(payload));
        format.WriteHeader(output, payload.Length);
        output.Write(payload);
        format.WriteTrailer(output);
    }

    private static async ValueTask WriteCopyAsync(Connection connection, FrameFormat format, ReadOnlySequence<byte> payload, CancellationToken cancellationToken)
    {
        format.CheckLength(payload.Length, nameof(payload));
        var copy = ArrayPool<byte>.Shared.Rent((int)payload.Length);
        try
        {
            payload.CopyTo(copy);
            await connection.WriteFrameAsync(format, copy.AsMemory(0, (int)payload.Length), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(copy);
        }
    }

    // From the caller's memory, behind its header. A token ends the wait alone: half a frame would make everything behind it unreadable.
    private static async ValueTask<FlushResult> WriteLongAsync(PipeWriter output, FrameFormat format, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        format.CheckPayload(payload.Span, nameof(payload));
        format.WriteHeader(output, payload.Length);
        var registration = cancellationToken.UnsafeRegister(static output => ((PipeWriter)output!).CancelPendingFlush(), output);
        FlushResult result;
        await using (registration.ConfigureAwait(false))
            result = await output.WriteAsync(payload, CancellationToken.None).ConfigureAwait(false);
        if (result.IsCompleted)
            return result;
        if (format.HasTrailer)
            format.WriteTrailer(output);
        var isCanceled = result.IsCanceled || cancellationToken.IsCancellationRequested;
        // It ends the wait for the trailer at once. Where the token came too late, its own cancel does, and is used up by that.
        if (result.IsCanceled)
            output.CancelPendingFlush();
        if (format.HasTrailer || isCanceled)
            result = await output.FlushAsync(CancellationToken.None).ConfigureAwait(false);
        if (isCanceled)
            cancellationToken.ThrowIfCancellationRequested();
        return new FlushResult(isCanceled || result.IsCanceled, result.IsCompleted);
    }

    private static async IAsyncEnumerable<ReadOnlySequence<byte>> EnumerateAsync(FrameReader frames, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using (frames)
        {
            while (await frames.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
            {
                while (frames.TryRead(out var frame))
                    yield return frame;
            }
        }
    }
}
