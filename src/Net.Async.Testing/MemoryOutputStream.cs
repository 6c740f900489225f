namespace Net.Async.Testing;

/// <summary>The sending direction as a stream: the connection's stream without its other direction.</summary>
internal sealed class MemoryOutputStream(MemoryConnection connection, bool leaveOpen) : Stream
{
    private readonly Stream _both = connection.AsStream();
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

    public override void Write(byte[] buffer, int offset, int count) => _both.Write(buffer, offset, count);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => _both.WriteAsync(buffer, cancellationToken);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        _both.WriteAsync(buffer, offset, count, cancellationToken);

    public override void Flush() => _both.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => _both.FlushAsync(cancellationToken);

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed && !leaveOpen)
            connection.Output.Complete();
        _disposed = true;
        base.Dispose(disposing);
    }
}
