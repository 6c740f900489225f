using System.IO.Pipelines;
using Microsoft.Win32.SafeHandles;

namespace Net.Async;

public abstract partial class Connection
{
    private const int FilePiece = 128 * 1024;

    /// <summary>Sends a file, or a part of it, after what was written before; completes when the kernel has taken it.</summary>
    /// <remarks>
    /// A file whose length says nothing (/proc, /sys, a device, a FIFO) is sent to its end; a device without one, until the call is cancelled.
    /// An orderly end that is asked for meanwhile waits for all of it. Once a byte was read, whatever cuts it off aborts the connection: the peer must not take a part for the whole.
    /// </remarks>
    /// <param name="path">The file. Opening a FIFO waits for its writer.</param>
    /// <param name="offset">Where in the file to begin, in bytes; 0 to its length, 0 for what has no positions (a pipe, a terminal).</param>
    /// <param name="count">How many bytes; null is all from there on; at most what the file has.</param>
    /// <param name="cancellationToken">Ends it. Before the first byte was read nothing happens; after that the connection is aborted.</param>
    /// <exception cref="ArgumentException">The offset or the count is outside the file.</exception>
    /// <exception cref="InvalidOperationException">A flush is under way, or the output was completed.</exception>
    /// <exception cref="UnauthorizedAccessException">It is a directory, or not for this user to read.</exception>
    /// <exception cref="IOException">The file cannot be opened or read, or is shorter than the count or than it was (<see cref="EndOfStreamException"/>): the connection is aborted.</exception>
    /// <exception cref="ConnectionException">The connection was reset, aborted or closed, or its close has begun.</exception>
    public virtual async Task SendFileAsync(string path, long offset = 0, long? count = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        FilePart.CheckBounds(offset, count);
        using var file = File.OpenHandle(path, options: FileOptions.Asynchronous | FileOptions.SequentialScan);
        await SendFileAsync(file, offset, count, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends an open file, or a part of it, after what was written before; completes when the kernel has taken it.</summary>
    /// <remarks>As the other one does.</remarks>
    /// <param name="file">The file, open for reading; it stays yours.</param>
    /// <param name="offset">Where in the file to begin, in bytes; 0 to its length, 0 for what has no positions (a pipe, a terminal).</param>
    /// <param name="count">How many bytes; null is all from there on; at most what the file has.</param>
    /// <param name="cancellationToken">Ends it. Before the first byte was read nothing happens; after that the connection is aborted. A read of a pipe that waits takes its bytes all the same.</param>
    /// <exception cref="ArgumentException">The offset or the count is outside the file.</exception>
    /// <exception cref="InvalidOperationException">A flush is under way, or the output was completed.</exception>
    /// <exception cref="UnauthorizedAccessException">The file is not open for reading.</exception>
    /// <exception cref="IOException">The file cannot be read, or is shorter than the count or than it was (<see cref="EndOfStreamException"/>): the connection is aborted.</exception>
    /// <exception cref="ConnectionException">The connection was reset, aborted or closed, or its close has begun.</exception>
    public virtual async Task SendFileAsync(SafeFileHandle file, long offset = 0, long? count = null, CancellationToken cancellationToken = default)
    {
        var part = FilePart.Check(file, offset, count);
        try
        {
            // A write that is under way, or an end, is told before anything is read: a flush would wait for what a close still sends.
            ThrowIfCut(await Output.WriteAsync(ReadOnlyMemory<byte>.Empty, cancellationToken).ConfigureAwait(false));
            while (!part.IsOver)
            {
                // Read straight into the pipe's own block: the one copy there is.
                Output.Advance(await part.ReadAsync(Output.GetMemory(part.Next(FilePiece)), cancellationToken).ConfigureAwait(false));
                ThrowIfCut(await Output.FlushAsync(cancellationToken).ConfigureAwait(false));
                // From its second piece on: a cancel that comes before the first byte has gone leaves the connection.
                await SendByKernelAsync(part, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (part.HasBegun)
        {
            Abort(exception);
            throw;
        }
    }

    /// <summary>Leaves as much of a file to the kernel as it takes; the rest is copied.</summary>
    private protected virtual ValueTask SendByKernelAsync(FilePart part, CancellationToken cancellationToken) => default;

    private void ThrowIfCut(FlushResult flushed)
    {
        if (flushed.IsCanceled)
            throw new OperationCanceledException("The file was cut off by CancelPendingFlush.");
        if (flushed.IsCompleted)
            throw new ConnectionException(ConnectionError.Closed, $"The connection {this} is closed; the file was not sent.", RemoteEndPoint);
    }
}
