using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Net.Async;

/// <summary>The sending half of a handle channel: one message at a time, each behind the whole of the one before.</summary>
internal sealed class HandleSender(StreamConnection connection, SafeSocketHandle socket) : IAsyncDisposable
{
    private static readonly byte[] s_filler = [HandleFrame.Filler];

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly RightsMessage _outgoing = new();

    // The end of an earlier message, or filler that waits for room: the next one goes behind it.
    private Task _before = Task.CompletedTask;

    /// <summary>Sends a message.</summary>
    /// <param name="kind">What the handles are.</param>
    /// <param name="handles">At most <see cref="HandleFrame.MaxHandles"/>.</param>
    /// <param name="payload">At most <see cref="HandleFrame.MaxPayloadLength"/> bytes.</param>
    /// <param name="onTaken">Called when the kernel has the handles.</param>
    /// <param name="cancellationToken">Ends the wait for room; once the message has begun, it is sent.</param>
    public async Task SendAsync(HandleKind kind, SafeHandle[] handles, ReadOnlyMemory<byte> payload, Action? onTaken, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await _before.WaitAsync(cancellationToken).ConfigureAwait(false);
            var length = HandleFrame.HeaderLength + payload.Length;
            new HandleFrame(kind, handles.Length, payload.Length).Write(_outgoing.Bytes.Span);
            payload.CopyTo(_outgoing.Bytes[HandleFrame.HeaderLength..]);
            var taken = await TakenAsync(length, handles, cancellationToken).ConfigureAwait(false);
            // The kernel has the handles from here on, though the payload may still be on its way.
            onTaken?.Invoke();
            if (taken < length)
                await (_before = connection.SendAsync(_outgoing.Bytes[taken..length], CancellationToken.None).AsTask()).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Waits until nothing that was begun is still on its way. The connection has ended before.</summary>
    public async ValueTask DisposeAsync() => await _before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    /// <summary>Waits until the kernel has taken the handles and some of the bytes; returns how many.</summary>
    private async ValueTask<int> TakenAsync(int length, SafeHandle[] handles, CancellationToken cancellationToken)
    {
        while (true)
        {
            var sent = TrySend(length, handles);
            if (sent.IsSuccess)
                return sent.Count;
            if (!sent.IsWouldBlock)
                throw HandleChannelErrors.Ended(connection, new SocketException((int)sent.Error));
            // A byte that means nothing waits for room in our place: nothing else tells when there is some. A caller that gives up leaves it to the next one.
            _before = connection.SendAsync(s_filler, CancellationToken.None).AsTask();
            await _before.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private TransportResult TrySend(int length, SafeHandle[] handles)
    {
        try
        {
            return connection.CloseReason is null ? _outgoing.TrySend(socket, length, handles) : TransportResult.Of(SocketError.ConnectionReset);
        }
        catch (ObjectDisposedException) when (socket.IsClosed)
        {
            return TransportResult.Of(SocketError.ConnectionReset);
        }
    }
}
