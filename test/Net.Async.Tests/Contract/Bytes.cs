using System.Buffers;
using System.IO.Pipelines;

namespace Net.Async.Tests.Contract;

/// <summary>Bytes to send and to compare.</summary>
internal static class Bytes
{
    public static byte[] Random(int count, int seed = 1)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    /// <summary>Reads exactly so many, consuming them.</summary>
    public static async Task<byte[]> ReadExactlyAsync(this PipeReader reader, int count)
    {
        var result = await reader.ReadAtLeastAsync(count).Soon();
        Assert.True(result.Buffer.Length >= count, $"{result.Buffer.Length} of {count} bytes, completed: {result.IsCompleted}");
        var bytes = result.Buffer.Slice(0, count).ToArray();
        reader.AdvanceTo(result.Buffer.GetPosition(count));
        return bytes;
    }

    /// <summary>Has so many bytes received, and leaves them to the next read, which is answered at once.</summary>
    public static async Task ReceiveAtLeastAsync(this PipeReader reader, int count)
    {
        long examined = 0;
        var result = await reader.ReadAsync().Soon();
        while (result.Buffer.Length < count)
        {
            examined = result.Buffer.Length;
            reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            result = await reader.ReadAsync().Soon();
        }

        reader.AdvanceTo(result.Buffer.Start, result.Buffer.GetPosition(examined));
    }

    /// <summary>Reads to the end.</summary>
    public static async Task<byte[]> ReadToEndAsync(this PipeReader reader)
    {
        using var bytes = new MemoryStream();
        await reader.CopyToAsync(bytes).Soon();
        return bytes.ToArray();
    }

    public static async Task<ConnectionException> ThrowsAsync(this Task task, ConnectionError error)
    {
        var exception = await Assert.ThrowsAsync<ConnectionException>(() => task.Soon());
        Assert.Equal(error, exception.Error);
        return exception;
    }

    public static Task<ConnectionException> ThrowsAsync<T>(this ValueTask<T> task, ConnectionError error) => task.AsTask().ThrowsAsync(error);

    public static Task<ConnectionException> ThrowsAsync(this ValueTask task, ConnectionError error) => task.AsTask().ThrowsAsync(error);
}
