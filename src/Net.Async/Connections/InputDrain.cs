using System.Net.Sockets;

namespace Net.Async;

/// <summary>Receives and drops what a peer still sends while its connection closes. The reader must be stopped.</summary>
/// <remarks>A close with unread bytes in the kernel makes it send RST, which destroys the answer on its way to the peer.</remarks>
internal sealed class InputDrain(ReceiveSide side, ConnectionLifetime lifetime)
{
    private static readonly TimeSpan s_firstLook = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan s_longEnough = TimeSpan.FromMilliseconds(8);
    private static readonly TimeSpan s_lastLook = TimeSpan.FromMilliseconds(64);

    private readonly TransportStream _stream = side.Stream;
    private CancellationTokenSource? _limit;

    /// <summary>Drops until the peer's end, until nothing is unread and everything sent has arrived, or until the limits of the options.</summary>
    public async Task RunAsync()
    {
        var options = lifetime.Options;
        using var scratch = Blocks.Rent(options.Buffers.Pool, BlockPool.SmallBlock, BlockPool.SmallBlock);
        try
        {
            await DiscardAsync(scratch.Memory, options.Close.DrainLimit).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Long enough: the peer does not end.
        }
        finally
        {
            _limit?.Dispose();
        }
    }

    // Made for the first wait: most closes need none.
    private CancellationToken Limit => (_limit ??= new(lifetime.Options.Close.DrainTimeout, lifetime.Options.TimeProvider)).Token;

    private async Task DiscardAsync(Memory<byte> scratch, long left)
    {
        var pause = s_firstLook;
        while (left > 0)
        {
            if (side.TryBeginAnyway() is { } released)
            {
                // Readable, or time to ask again whether everything has arrived: the peer's kernel may take 40 ms to say so.
                var timer = Task.Delay(pause, lifetime.Options.TimeProvider, Limit);
                if (await Task.WhenAny(released, timer).ConfigureAwait(false) != timer)
                    continue;
                if (IsEverythingKnown(pause))
                    return;
                Limit.ThrowIfCancellationRequested();
                pause = pause < s_lastLook ? pause * 2 : s_lastLook;
                continue;
            }

            var received = _stream.TryReceive(scratch.Span);
            if (received.IsWouldBlock && !IsEverythingKnown(TimeSpan.Zero))
            {
                side.Park();
                continue;
            }

            lock (side.Gate)
                side.EndLocked();
            // Aborted from here: a transport without half-close has ended both directions with this one. And what is dropped may be cut off.
            if (received.Error is not (SocketError.Success or SocketError.WouldBlock or SocketError.OperationAborted) && _stream.Failure is not ConnectionException { Error: ConnectionError.Truncated })
                lifetime.Fail(received.Error);
            if (received.Count == 0)
                return;
            left -= received.Count;
        }
    }

    // A transport that cannot look knows of unread bytes only after a wait of some length.
    private bool IsEverythingKnown(TimeSpan waited) => _stream.IsAllAcknowledged && (_stream.CanPeek || waited >= s_longEnough);
}
