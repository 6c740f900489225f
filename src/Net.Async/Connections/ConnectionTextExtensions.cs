using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text;

namespace Net.Async;

/// <summary>Text over a connection: lines in, strings out.</summary>
public static class ConnectionTextExtensions
{
    private const int LongestLine = 64 * 1024;
    private const int ShortText = 4096;

    /// <summary>Reads lines of UTF-8 until the peer's end, each of at most 64 KiB.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="cancellationToken">Ends the wait for the next line and loses no byte.</param>
    /// <exception cref="ConnectionException">A line is longer (<see cref="ConnectionError.InvalidData"/>), or the connection was reset, aborted or closed.</exception>
    public static IAsyncEnumerable<string> ReadLinesAsync(this Connection connection, CancellationToken cancellationToken) =>
        ReadLinesAsync(connection, null, cancellationToken: cancellationToken);

    /// <summary>Reads lines until the peer's end. A line ends with LF or CR LF, which are not part of it; what follows the last line end is a line too.</summary>
    /// <remarks>Between two lines no read is pending: the loop may read or write in other ways, and the bytes after the line are still in <see cref="Connection.Input"/> when it ends.</remarks>
    /// <param name="connection">The connection.</param>
    /// <param name="encoding">Null is UTF-8. Bytes that it cannot decode become its replacement, unless it throws: then the line stays in the input.</param>
    /// <param name="maxLength">How many bytes a line may have, its end not counted. Default: 64 KiB; at least 1, and below <see cref="BufferOptions.MaxUnconsumedBytes"/>.</param>
    /// <param name="cancellationToken">Ends the wait for the next line and loses no byte.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is below 1.</exception>
    /// <exception cref="ConnectionException">A line is longer (<see cref="ConnectionError.InvalidData"/>), or the connection was reset, aborted or closed.</exception>
    public static IAsyncEnumerable<string> ReadLinesAsync(this Connection connection, Encoding? encoding = null, int maxLength = LongestLine, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxLength, 1);
        return EnumerateAsync(connection, new LineReader(encoding ?? Encoding.UTF8, maxLength), cancellationToken);
    }

    /// <summary>Reads one line of UTF-8, of at most 64 KiB.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="cancellationToken">Ends the wait and loses no byte.</param>
    /// <returns>The line; null at the peer's end.</returns>
    /// <exception cref="ConnectionException">The line is longer (<see cref="ConnectionError.InvalidData"/>), or the connection was reset, aborted or closed.</exception>
    public static ValueTask<string?> ReadLineAsync(this Connection connection, CancellationToken cancellationToken) =>
        ReadLineAsync(connection, null, cancellationToken: cancellationToken);

    /// <summary>Reads one line, as <see cref="ReadLinesAsync(Connection, Encoding?, int, CancellationToken)"/> does.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="encoding">Null is UTF-8.</param>
    /// <param name="maxLength">How many bytes the line may have, its end not counted. Default: 64 KiB; at least 1.</param>
    /// <param name="cancellationToken">Ends the wait and loses no byte.</param>
    /// <returns>The line; null at the peer's end.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The length is below 1.</exception>
    /// <exception cref="ConnectionException">The line is longer (<see cref="ConnectionError.InvalidData"/>), or the connection was reset, aborted or closed.</exception>
    public static ValueTask<string?> ReadLineAsync(this Connection connection, Encoding? encoding = null, int maxLength = LongestLine, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxLength, 1);
        return TakeLineAsync(connection, new LineReader(encoding ?? Encoding.UTF8, maxLength), cancellationToken);
    }

    /// <summary>Writes text as UTF-8 and flushes it.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="text">The text; no line end is added.</param>
    /// <param name="cancellationToken">Ends the wait for the kernel; what was written is sent.</param>
    /// <exception cref="ConnectionException">The connection was reset, aborted or closed.</exception>
    public static ValueTask WriteAsync(this Connection connection, string text, CancellationToken cancellationToken) =>
        WriteAsync(connection, text, null, cancellationToken);

    /// <summary>Writes text and flushes it, as <see cref="PipeWriter.WriteAsync"/> does with bytes.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="text">The text; no line end is added.</param>
    /// <param name="encoding">Null is UTF-8.</param>
    /// <param name="cancellationToken">Ends the wait for the kernel; what was written is sent.</param>
    /// <exception cref="ConnectionException">The connection was reset, aborted or closed.</exception>
    public static ValueTask WriteAsync(this Connection connection, string text, Encoding? encoding = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(text);
        return SendTextAsync(connection, text, "", encoding ?? Encoding.UTF8, cancellationToken);
    }

    /// <summary>Writes a line as UTF-8 with LF behind it, and flushes it.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="text">The line, without its end.</param>
    /// <param name="cancellationToken">Ends the wait for the kernel; what was written is sent.</param>
    /// <exception cref="ConnectionException">The connection was reset, aborted or closed.</exception>
    public static ValueTask WriteLineAsync(this Connection connection, string text, CancellationToken cancellationToken) =>
        WriteLineAsync(connection, text, "\n", null, cancellationToken);

    /// <summary>Writes a line with its end, and flushes it.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="text">The line, without its end.</param>
    /// <param name="newLine">The line end. Default: LF; many protocols of the Internet want CR LF (<c>"\r\n"</c>).</param>
    /// <param name="encoding">Null is UTF-8.</param>
    /// <param name="cancellationToken">Ends the wait for the kernel; what was written is sent.</param>
    /// <exception cref="ConnectionException">The connection was reset, aborted or closed.</exception>
    public static ValueTask WriteLineAsync(this Connection connection, string text = "", string newLine = "\n", Encoding? encoding = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(newLine);
        return SendTextAsync(connection, text, newLine, encoding ?? Encoding.UTF8, cancellationToken);
    }

    private static async ValueTask SendTextAsync(Connection connection, string text, string end, Encoding encoding, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var result = await EncodeAsync(connection.Output, text, end, encoding, cancellationToken).ConfigureAwait(false);
        // A cancel that ended no wait has taken nothing from this write: every byte has gone.
        if (result.IsCanceled && connection.UnflushedBytes > 0)
            throw new OperationCanceledException("The wait was ended by CancelPendingFlush; what was written is sent.");
        if (result.IsCompleted)
            throw new ConnectionException(ConnectionError.Closed, $"The connection {connection} is closed; the text was not sent.", connection.RemoteEndPoint);
    }

    // As bytes first, so that text which cannot be encoded, or comes while a flush is under way, leaves nothing behind in the pipe.
    private static async ValueTask<FlushResult> EncodeAsync(PipeWriter output, string text, string end, Encoding encoding, CancellationToken cancellationToken)
    {
        if (text.Length + end.Length > ShortText)
            return await output.WriteAsync(encoding.GetBytes(text + end), cancellationToken).ConfigureAwait(false);
        var bytes = ArrayPool<byte>.Shared.Rent(encoding.GetMaxByteCount(text.Length) + encoding.GetMaxByteCount(end.Length));
        try
        {
            var length = encoding.GetBytes(text, bytes);
            length += encoding.GetBytes(end, bytes.AsSpan(length));
            return await output.WriteAsync(bytes.AsMemory(0, length), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    private static async IAsyncEnumerable<string> EnumerateAsync(Connection connection, LineReader lines, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (await TakeLineAsync(connection, lines, cancellationToken).ConfigureAwait(false) is { } line)
            yield return line;
    }

    private static async ValueTask<string?> TakeLineAsync(Connection connection, LineReader lines, CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await connection.Input.ReadAsync(cancellationToken).ConfigureAwait(false);
            var buffer = result.Buffer;
            string? line;
            bool tooLong;
            try
            {
                line = lines.Take(ref buffer, result.IsCompleted, out tooLong);
            }
            catch
            {
                // The encoding throws: the line stays in the input, and can be read in another way.
                connection.Input.AdvanceTo(result.Buffer.Start);
                throw;
            }

            // Found: the rest is for the next read. Not found: all of it was looked at, and none of it taken.
            connection.Input.AdvanceTo(buffer.Start, line is null ? buffer.End : buffer.Start);
            if (tooLong)
                throw new ConnectionException(ConnectionError.InvalidData, $"The peer of {connection} sent a line of more than {lines.MaxLength} bytes.", connection.RemoteEndPoint);
            if (result.IsCanceled && line is null)
                throw new OperationCanceledException("The read was cancelled by CancelPendingRead.");
            // A line that is there is not thrown away for it: the cancel is left to the next read.
            if (result.IsCanceled)
                connection.Input.CancelPendingRead();
            if (line is not null || result.IsCompleted)
                return line;
        }
    }
}
