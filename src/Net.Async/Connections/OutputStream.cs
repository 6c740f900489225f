using System.IO.Pipelines;
using System.Net;

namespace Net.Async;

/// <summary>The sending direction of a connection as a stream: a write has gone to the kernel when it returns, and throws when the connection takes no more.</summary>
/// <remarks>The base class library's stream over a pipe's writer tells success of what a closed connection did not take.</remarks>
/// <param name="writer">Where the bytes go.</param>
/// <param name="remoteEndPoint">For the error of what is not taken.</param>
/// <param name="leaveOpen">Disposing does not end the direction.</param>
internal sealed class OutputStream(PipeWriter writer, EndPoint? remoteEndPoint, bool leaveOpen) : Stream
{
    private volatile bool _disposed;

    public override bool CanRead => false;

    public override bool CanWrite => !_disposed;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) =>
        WriteAsync(buffer, offset, count, CancellationToken.None).GetAwaiter().GetResult();

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var result = await writer.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
        // A cancel that ended no wait has taken nothing from this write: every byte has gone.
        if (result.IsCanceled && writer.UnflushedBytes > 0)
            throw new OperationCanceledException("The wait was ended by CancelPendingFlush; what was written is sent.");
        if (result.IsCompleted)
            throw new ConnectionException(ConnectionError.Closed, "The connection is closed; the bytes were not sent.", remoteEndPoint);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        ValidateBufferArguments(buffer, offset, count);
        return WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }

    public override void Flush() => FlushAsync(CancellationToken.None).GetAwaiter().GetResult();

    public override async Task FlushAsync(CancellationToken cancellationToken) =>
        await writer.FlushAsync(cancellationToken).ConfigureAwait(false);

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        _disposed = true;
        if (!leaveOpen)
            await writer.CompleteAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed && !leaveOpen)
            writer.Complete();
        _disposed = true;
        base.Dispose(disposing);
    }
}
