using Microsoft.Win32.SafeHandles;

namespace Net.Async;

/// <summary>Sending files.</summary>
public abstract partial class Connection
{
    private const int FilePiece = 128 * 1024;

    /// <summary>Sends a file, or a part of it, after what was written before; completes when the kernel has taken it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="offset">Where in the file to begin, in bytes; 0 to its length.</param>
    /// <param name="count">How many bytes; null is all from there on; at most what the file has.</param>
    /// <param name="cancellationToken">Ends it. What was sent until then stays sent: without a count of its own the peer cannot tell, so abort the connection.</param>
    /// <exception cref="ArgumentException">The offset or the count is outside the file, or the file cannot be read at a position (a pipe, a terminal).</exception>
    /// <exception cref="UnauthorizedAccessException">It is a directory, or not for this user to read.</exception>
    /// <exception cref="IOException">The file cannot be opened or read, or has become shorter meanwhile (<see cref="EndOfStreamException"/>).</exception>
    /// <exception cref="ConnectionException">The connection was reset, aborted or closed.</exception>
    public virtual async Task SendFileAsync(string path, long offset = 0, long? count = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        CheckBounds(offset, count);
        using var file = File.OpenHandle(path, options: FileOptions.Asynchronous | FileOptions.SequentialScan);
        await SendFileAsync(file, offset, count, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends an open file, or a part of it, after what was written before; completes when the kernel has taken it.</summary>
    /// <param name="file">The file, open for reading; it stays yours.</param>
    /// <param name="offset">Where in the file to begin, in bytes; 0 to its length.</param>
    /// <param name="count">How many bytes; null is all from there on; at most what the file has.</param>
    /// <param name="cancellationToken">Ends it. What was sent until then stays sent: without a count of its own the peer cannot tell, so abort the connection.</param>
    /// <exception cref="ArgumentException">The offset or the count is outside the file, or the file cannot be read at a position (a pipe, a terminal).</exception>
    /// <exception cref="UnauthorizedAccessException">The file is not open for reading.</exception>
    /// <exception cref="IOException">The file cannot be read, or has become shorter meanwhile (<see cref="EndOfStreamException"/>).</exception>
    /// <exception cref="ConnectionException">The connection was reset, aborted or closed.</exception>
    public virtual async Task SendFileAsync(SafeFileHandle file, long offset = 0, long? count = null, CancellationToken cancellationToken = default)
    {
        var left = CheckPart(file, offset, count);
        while (left > 0)
        {
            // Read straight into the pipe's own block: the one copy there is.
            var memory = Output.GetMemory((int)Math.Min(FilePiece, left));
            var read = await RandomAccess.ReadAsync(file, memory[..(int)Math.Min(memory.Length, left)], offset, cancellationToken).ConfigureAwait(false);
            if (read == 0)
                throw new EndOfStreamException($"The file has become shorter: it ends at {offset}, {left} bytes before what was to be sent.");
            Output.Advance(read);
            (offset, left) = (offset + read, left - read);
            var flush = await Output.FlushAsync(cancellationToken).ConfigureAwait(false);
            if (flush.IsCanceled)
                throw new OperationCanceledException("The file was cut off by CancelPendingFlush.");
            if (flush.IsCompleted && left > 0)
                throw new ConnectionException(ConnectionError.Closed, $"The connection {this} is closed; {left} bytes of the file were not sent.", RemoteEndPoint);
        }
    }

    private static void CheckBounds(long offset, long? count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        if (count is { } wanted)
            ArgumentOutOfRangeException.ThrowIfNegative(wanted, nameof(count));
    }

    private static long CheckPart(SafeFileHandle file, long offset, long? count)
    {
        ArgumentNullException.ThrowIfNull(file);
        CheckBounds(offset, count);
        if (file.IsInvalid || file.IsClosed)
            throw new ArgumentException("The file is not open.", nameof(file));
        long length;
        try
        {
            length = RandomAccess.GetLength(file);
        }
        catch (NotSupportedException exception)
        {
            throw new ArgumentException("The file has no length: it is a pipe or a terminal, which is copied, not sent.", nameof(file), exception);
        }

        if (offset > length)
            throw new ArgumentOutOfRangeException(nameof(offset), offset, $"The file has {length} bytes.");
        if (count > length - offset)
            throw new ArgumentOutOfRangeException(nameof(count), count, $"The file has {length - offset} bytes from {offset} on.");
        return count ?? length - offset;
    }
}
