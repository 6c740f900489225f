using System.Net.Sockets;

namespace Net.Async.Tests.Contract;

/// <summary>A send of which the kernel has taken nothing, because it is full to the last byte.</summary>
internal sealed class WaitingSend : IAsyncDisposable
{
    public const int Length = 1000;
    private const int Attempts = 50, QuietRounds = 20;

    private static readonly TimeSpan s_quiet = TimeSpan.FromMilliseconds(5);

    private WaitingSend(Pair pair, Task sending, long filled, long before) => (Pair, Sending, Filled, Before) = (pair, sending, filled, before);

    /// <summary>What is to be sent: bytes that nothing else consists of.</summary>
    public static byte[] Bytes { get; } = [.. Enumerable.Repeat((byte)0xEE, Length)];

    public Pair Pair { get; }

    public Task Sending { get; }

    /// <summary>What the connection had sent before it.</summary>
    public long Before { get; }

    /// <summary>What the peer gets before it.</summary>
    public long Filled { get; }

    /// <summary>Starts one and ends it. The kernel may have found room meanwhile: then another is tried.</summary>
    public static async Task<WaitingSend> EndAsync(string transport, ConnectionOptions options, Action<Connection, CancellationTokenSource> end)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            using var cancel = new CancellationTokenSource();
            var waiting = await StartAsync(transport, options, cancel.Token);
            end(waiting.Pair.Client, cancel);
            await Task.WhenAny(waiting.Sending).Soon();
            if (waiting.Pair.Client.BytesWritten == waiting.Before)
                return waiting;
            await waiting.DisposeAsync();
        }

        throw new InvalidOperationException("The kernel found room each time.");
    }

    public static async Task<WaitingSend> StartAsync(string transport, ConnectionOptions options, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var pair = await Transport.Get(transport).ConnectPairAsync(options);
            var filled = (pair.Client is { Tls: null, Socket: { } socket } ? Fill(socket) : 0) + await FillAsync(pair.Client);
            var before = pair.Client.BytesWritten;
            var sending = pair.Client.SendAsync(Bytes, cancellationToken).AsTask();
            if (!sending.IsCompleted && pair.Client.BytesWritten == before)
                return new(pair, sending, filled, before);
            await pair.DisposeAsync();
            await Task.WhenAny(sending);
        }

        throw new InvalidOperationException("The kernel never became full.");
    }

    public async ValueTask DisposeAsync()
    {
        await Pair.DisposeAsync();
        await Task.WhenAny(Sending);
    }

    private static long Fill(Socket socket)
    {
        socket.Blocking = false;
        long filled = 0;
        for (var quiet = 0; quiet < QuietRounds; quiet++)
        {
            foreach (var size in new[] { 65536, 1 })
            {
                while (socket.Send(new byte[size], SocketFlags.None, out var error) is var count and > 0 && error == SocketError.Success)
                    (filled, quiet) = (filled + count, 0);
            }

            socket.Poll(1000, SelectMode.SelectWrite);
        }

        return filled;
    }

    // What is before the kernel, or has none: sends of one byte, which cannot be torn, until one waits, which is taken back.
    private static async Task<long> FillAsync(Connection client)
    {
        for (var filled = 0; ; filled++)
        {
            using var cancel = new CancellationTokenSource();
            var sending = client.SendAsync(new byte[1], cancel.Token).AsTask();
            if (sending.IsCompleted || await Task.WhenAny(sending, Task.Delay(s_quiet)) == sending)
                continue;
            await cancel.CancelAsync();
            if (await Task.WhenAny(sending) is { IsCompletedSuccessfully: false })
                return filled;
        }
    }
}
