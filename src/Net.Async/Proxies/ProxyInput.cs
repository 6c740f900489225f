using System.Buffers;

namespace Net.Async;

/// <summary>The answers of a proxy, from the input of its connection: so many bytes, and not one more.</summary>
internal static class ProxyInput
{
    /// <summary>Reads exactly so many bytes.</summary>
    /// <exception cref="ConnectionException">The proxy ended before, or the connection failed.</exception>
    public static async ValueTask<byte[]> ReadAsync(Connection connection, int count, CancellationToken cancellationToken)
    {
        var result = await connection.Input.ReadAtLeastAsync(count, cancellationToken).ConfigureAwait(false);
        if (result.Buffer.Length < count)
            throw Ended(connection);
        var bytes = result.Buffer.Slice(0, count);
        var copy = bytes.ToArray();
        connection.Input.AdvanceTo(bytes.End);
        return copy;
    }

    public static ConnectionException Ended(Connection connection) => Malformed(connection, "the proxy ended the connection inside of its answer");

    public static ConnectionException Malformed(Connection connection, string problem) => new(ConnectionError.InvalidData, problem, connection.RemoteEndPoint);
}
