using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Security.Cryptography;
using Net.Async;

namespace Echo;

/// <summary>Sends bytes, reads the echo beside it, and compares the two hashes.</summary>
internal static class Payload
{
    public static byte[] Generate(int count)
    {
        var bytes = new byte[count];
        new Random(20240607).NextBytes(bytes);
        return bytes;
    }

    public static async Task<(long Bytes, string? Error)> SendAndCompareAsync(EndPoint endPoint, byte[] bytes)
    {
        try
        {
            await using var connection = await Connection.ConnectAsync(endPoint);
            // Reading and writing at once: a client that only writes first fills both sides' buffers and waits for ever.
            var echo = ReadHashAsync(connection.Input, bytes.Length);
            await connection.Output.WriteAsync(bytes);
            await connection.Output.CompleteAsync();
            var (hash, received) = await echo;
            return hash.AsSpan().SequenceEqual(SHA256.HashData(bytes))
                ? (bytes.Length + received, null)
                : (bytes.Length + received, $"{endPoint}: sent {bytes.Length} bytes, the echo of {received} bytes differs");
        }
        catch (Exception exception) when (exception is IOException or InvalidOperationException)
        {
            return (0, $"{endPoint}: {exception.Message}");
        }
    }

    private static async Task<(byte[] Hash, long Received)> ReadHashAsync(PipeReader input, long expected)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        long received = 0;
        while (received < expected)
        {
            var result = await input.ReadAsync();
            foreach (var piece in result.Buffer)
                hash.AppendData(piece.Span);
            received += result.Buffer.Length;
            input.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
                break;
        }

        return (hash.GetHashAndReset(), received);
    }
}
