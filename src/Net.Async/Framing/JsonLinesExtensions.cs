using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Net.Async;

/// <summary>A JSON document a line (NDJSON, JSON Lines), with metadata that the source generator of System.Text.Json makes: no reflection, native AOT included.</summary>
public static class JsonLinesExtensions
{
    /// <summary>Reads documents until the peer's end. Empty lines are skipped.</summary>
    /// <typeparam name="T">What a document becomes.</typeparam>
    /// <param name="connection">The connection.</param>
    /// <param name="typeInfo">How: a property of your <see cref="System.Text.Json.Serialization.JsonSerializerContext"/>.</param>
    /// <param name="maxLength">How many bytes a document may have; at least 1, and below <see cref="BufferOptions.MaxUnconsumedBytes"/>.</param>
    /// <param name="cancellationToken">Ends the wait for the next document and loses no byte.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is below 1.</exception>
    /// <exception cref="ConnectionException">A line is longer, is no document of the type, or was cut off by the peer's end (<see cref="ConnectionError.InvalidData"/>, with the <see cref="JsonException"/> inside); or the connection was reset, aborted or closed.</exception>
    public static IAsyncEnumerable<T?> ReadJsonLinesAsync<T>(this Connection connection, JsonTypeInfo<T> typeInfo, int maxLength, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(typeInfo);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxLength, 1);
        return EnumerateAsync(connection, typeInfo, FrameFormat.Lines(maxLength), cancellationToken);
    }

    /// <summary>Writes a document as one line, and flushes it.</summary>
    /// <typeparam name="T">What is written.</typeparam>
    /// <param name="connection">The connection.</param>
    /// <param name="value">The value. It is written without white space, whatever the options of the metadata say: a document is one line.</param>
    /// <param name="typeInfo">How.</param>
    /// <param name="cancellationToken">Ends the wait for the kernel; what was written is sent.</param>
    /// <exception cref="JsonException">The value cannot be written; nothing was sent.</exception>
    /// <exception cref="ConnectionException">The connection was reset, aborted or closed.</exception>
    public static ValueTask WriteJsonLineAsync<T>(this Connection connection, T value, JsonTypeInfo<T> typeInfo, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(typeInfo);
        // As bytes first, so that a value that cannot be written leaves nothing behind in the pipe.
        var bytes = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes, new JsonWriterOptions { Encoder = typeInfo.Options.Encoder, Indented = false }))
            JsonSerializer.Serialize(writer, value, typeInfo);
        return connection.WriteFrameAsync(FrameFormat.Lines(int.MaxValue), bytes.WrittenMemory, cancellationToken);
    }

    private static async IAsyncEnumerable<T?> EnumerateAsync<T>(Connection connection, JsonTypeInfo<T> typeInfo, FrameFormat lines, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var line in connection.ReadFramesAsync(lines, cancellationToken).ConfigureAwait(false))
        {
            if (!line.IsEmpty)
                yield return Parse(connection, line, typeInfo);
        }
    }

    private static T? Parse<T>(Connection connection, in ReadOnlySequence<byte> line, JsonTypeInfo<T> typeInfo)
    {
        try
        {
            var reader = new Utf8JsonReader(line, new JsonReaderOptions { CommentHandling = typeInfo.Options.ReadCommentHandling, AllowTrailingCommas = typeInfo.Options.AllowTrailingCommas, MaxDepth = typeInfo.Options.MaxDepth });
            var value = JsonSerializer.Deserialize(ref reader, typeInfo);
            return !reader.Read() ? value : throw new JsonException("There is more than one document on the line.");
        }
        catch (JsonException exception)
        {
            throw new ConnectionException(ConnectionError.InvalidData, $"The peer of {connection} sent a line that is no JSON document of the type {typeof(T).Name}: {exception.Message}", connection.RemoteEndPoint, exception);
        }
    }
}
