using System.Buffers;
using System.IO.Pipelines;
using System.Text;

namespace Net.Async.Tests.NodeNet;

/// <summary>Every way to hand bytes to a connection. Each returns what the caller is told.</summary>
internal static class WriteWays
{
    public static readonly (string Name, Func<Connection, Payload, CancellationToken, Task<string>> WriteAsync)[] All =
    [
        ("Output.WriteAsync", static async (connection, payload, token) => Describe(await connection.Output.WriteAsync(payload.Bytes, token))),
        ("Output.GetMemory and FlushAsync", static async (connection, payload, token) =>
        {
            payload.Bytes.CopyTo(connection.Output.GetMemory(payload.Bytes.Length));
            connection.Output.Advance(payload.Bytes.Length);
            return Describe(await connection.Output.FlushAsync(token));
        }),
        ("stream.CopyToAsync(Output)", static async (connection, payload, token) =>
        {
            await new MemoryStream(payload.Bytes).CopyToAsync(connection.Output, token);
            return "sent";
        }),
        ("SendAsync", static async (connection, payload, token) =>
        {
            await connection.SendAsync(payload.Bytes, token);
            return "sent";
        }),
        ("SendFileAsync", static async (connection, payload, token) =>
        {
            await connection.SendFileAsync(payload.Path, cancellationToken: token);
            return "sent";
        }),
        ("AsStream().WriteAsync", static async (connection, payload, token) =>
        {
            await connection.AsStream().WriteAsync(payload.Bytes, token);
            return "sent";
        }),
        // It blocks, so it has a thread of its own; and it has no token, so the pipe's cancel is used.
        ("AsStream().Write", static (connection, payload, token) => Task.Factory.StartNew(() =>
        {
            using var cancel = token.Register(connection.Output.CancelPendingFlush);
            connection.AsStream().Write(payload.Bytes);
            return "sent";
        }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)),
        ("WriteAsync of text", static async (connection, payload, token) =>
        {
            await connection.WriteAsync(Encoding.Latin1.GetString(payload.Bytes), Encoding.Latin1, token);
            return "sent";
        }),
    ];

    /// <summary>What the caller of a write is told.</summary>
    public static async Task<string> ToldAsync(Task<string> write)
    {
        try
        {
            return await write;
        }
        catch (OperationCanceledException)
        {
            return "cancelled";
        }
        catch (ConnectionException exception)
        {
            return exception.Error.ToString();
        }
    }

    private static string Describe(FlushResult result) => result.IsCompleted ? "IsCompleted" : result.IsCanceled ? "cancelled" : "sent";
}

/// <summary>The same bytes in memory and in a file.</summary>
internal sealed record Payload(byte[] Bytes, string Path)
{
    public static Payload Create(int length)
    {
        var path = System.IO.Path.GetTempFileName();
        var bytes = Contract.Bytes.Random(length, length);
        File.WriteAllBytes(path, bytes);
        return new Payload(bytes, path);
    }
}
