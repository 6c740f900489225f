using System.Buffers;
using System.Runtime.CompilerServices;

namespace Net.Async;

/// <summary>Messages of a protocol that a parser of yours knows.</summary>
public static class MessageExtensions
{
    /// <summary>Reads one message. Between two calls no read is pending, and the bytes behind the message are still in <see cref="Connection.Input"/>.</summary>
    /// <typeparam name="T">The message.</typeparam>
    /// <param name="connection">The connection.</param>
    /// <param name="parser">Takes a message off what was received. It is asked again when more bytes have come.</param>
    /// <param name="maxLength">How many bytes may wait for a message to be whole; at least 1, and below <see cref="BufferOptions.MaxUnconsumedBytes"/>.</param>
    /// <param name="cancellationToken">Ends the wait and loses no byte.</param>
    /// <returns>The message; null at the peer's end.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The length is below 1.</exception>
    /// <exception cref="InvalidOperationException">The parser has returned a message and taken no byte: the next call would return the same one, without an end.</exception>
    /// <exception cref="ConnectionException">A message is longer, is none, or was cut off by the peer's end (<see cref="ConnectionError.InvalidData"/>); or the connection was reset, aborted or closed.</exception>
    public static async ValueTask<T?> ReadMessageAsync<T>(this Connection connection, MessageParser<T> parser, int maxLength, CancellationToken cancellationToken = default)
        where T : class
    {
        Check(connection, parser, maxLength);
        var (_, message) = await TakeAsync(connection, parser, maxLength, cancellationToken).ConfigureAwait(false);
        return message;
    }

    /// <summary>Reads messages until the peer's end, each as <see cref="ReadMessageAsync"/> does.</summary>
    /// <typeparam name="T">The message.</typeparam>
    /// <param name="connection">The connection.</param>
    /// <param name="parser">Takes a message off what was received.</param>
    /// <param name="maxLength">How many bytes may wait for a message to be whole; at least 1, and below <see cref="BufferOptions.MaxUnconsumedBytes"/>.</param>
    /// <param name="cancellationToken">Ends the wait for the next message and loses no byte.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is below 1.</exception>
    /// <exception cref="InvalidOperationException">The parser has returned a message and taken no byte.</exception>
    /// <exception cref="ConnectionException">A message is longer, is none, or was cut off by the peer's end (<see cref="ConnectionError.InvalidData"/>); or the connection was reset, aborted or closed.</exception>
    public static IAsyncEnumerable<T> ReadMessagesAsync<T>(this Connection connection, MessageParser<T> parser, int maxLength, CancellationToken cancellationToken = default)
    {
        Check(connection, parser, maxLength);
        return EnumerateAsync(connection, parser, maxLength, cancellationToken);
    }

    private static void Check<T>(Connection connection, MessageParser<T> parser, int maxLength)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(parser);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxLength, 1);
    }

    private static async IAsyncEnumerable<T> EnumerateAsync<T>(Connection connection, MessageParser<T> parser, int maxLength, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (await TakeAsync(connection, parser, maxLength, cancellationToken).ConfigureAwait(false) is (true, { } message))
            yield return message;
    }

    private static async ValueTask<(bool IsFound, T? Message)> TakeAsync<T>(Connection connection, MessageParser<T> parser, int maxLength, CancellationToken cancellationToken)
    {
        // How much of the buffer the parser has seen in vain: a pipe wants it examined again.
        var examined = 0L;
        while (true)
        {
            var result = await connection.Input.ReadAsync(cancellationToken).ConfigureAwait(false);
            var rest = result.Buffer;
            bool isFound;
            T? message = default;
            try
            {
                isFound = !rest.IsEmpty && parser(ref rest, out message);
            }
            catch (Exception exception)
            {
                // The bytes stay in the input, and can be read in another way.
                connection.Input.AdvanceTo(result.Buffer.Start, result.Buffer.GetPosition(examined));
                if (exception is FormatException)
                    throw Invalid(connection, "sent no message: " + exception.Message.TrimEnd('.'), exception);
                throw;
            }

            var taken = result.Buffer.Length - rest.Length;
            // Found: the rest is for the next read. Else all of it was looked at.
            connection.Input.AdvanceTo(rest.Start, isFound ? rest.GetPosition(Math.Max(0, examined - taken)) : rest.End);
            examined = rest.Length;
            if (isFound && taken == 0)
                throw new InvalidOperationException("The parser has returned a message and taken no byte of the buffer: set it to what follows the message.");
            if (isFound && result.IsCanceled)
                connection.Input.CancelPendingRead();
            if (isFound)
                return (true, message);
            if (rest.Length > maxLength)
                throw Invalid(connection, $"sent a message of more than {maxLength} bytes");
            if (result.IsCanceled)
                throw new OperationCanceledException("The read was cancelled by CancelPendingRead.");
            if (result.IsCompleted)
                return rest.IsEmpty ? (false, default) : throw Invalid(connection, $"ended within a message, behind {rest.Length} bytes of it");
        }
    }

    private static ConnectionException Invalid(Connection connection, string what, Exception? cause = null) =>
        new(ConnectionError.InvalidData, $"The peer of {connection} {what}.", connection.RemoteEndPoint, cause);
}
