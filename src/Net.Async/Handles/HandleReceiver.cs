using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;

namespace Net.Async;

/// <summary>The receiving half of a handle channel. Never reads past a message, so that the handles which came belong to it.</summary>
internal sealed class HandleReceiver(StreamConnection connection, SafeSocketHandle socket) : IAsyncDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly RightsMessage _incoming = new();
    private readonly List<SafeFileHandle> _arrived = [];
    private HandleFrame? _frame;
    private int _filled;

    private bool IsWhole => _frame is { } frame && _filled == HandleFrame.HeaderLength + frame.PayloadLength;

    /// <summary>Waits for the next message; null at the channel's end.</summary>
    public async ValueTask<ReceivedHandle?> ReceiveAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var more = TryReceive(out var ended);
                if (ended)
                    return null;
                if (IsWhole)
                    return Take();
                if (!more)
                    // Of no bytes: it waits, and takes nothing.
                    await connection.ReceiveAsync(Memory<byte>.Empty, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (ConnectionException)
        {
            DropArriving();
            throw;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Closes what has arrived of a message. The connection has ended before, and with it every receive.</summary>
    public async ValueTask DisposeAsync()
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        DropArriving();
        _turn.Release();
    }

    /// <summary>Receives some of the header, or of the payload; false when there is nothing now.</summary>
    private bool TryReceive(out bool ended)
    {
        ended = false;
        var end = HandleFrame.HeaderLength + (_frame?.PayloadLength ?? 0);
        var received = Receive(end - _filled);
        if (received.IsWouldBlock)
            return false;
        if (!received.IsSuccess)
            throw HandleChannelErrors.Ended(connection, new SocketException((int)received.Error));
        if (received.Count == 0)
        {
            ended = _filled == 0 ? true : throw HandleChannelErrors.Break(connection, "it ends within a message");
            return false;
        }

        _filled += received.Count;
        if (_frame is null)
            ReadHeader();
        return true;
    }

    private TransportResult Receive(int most)
    {
        try
        {
            if (_incoming.TryReceive(socket, _filled, most, _arrived, out var received))
                return received;
        }
        catch (ObjectDisposedException) when (socket.IsClosed)
        {
            throw connection.ClosedHere();
        }

        throw HandleChannelErrors.Break(connection, "handles were lost, more than a message may have, or more than this process may open");
    }

    private void ReadHeader()
    {
        var header = _incoming.Bytes.Span[..HandleFrame.HeaderLength];
        var filler = header[.._filled].IndexOfAnyExcept(HandleFrame.Filler) is >= 0 and var first ? first : _filled;
        header[filler.._filled].CopyTo(header);
        _filled -= filler;
        if (_filled < HandleFrame.HeaderLength)
            return;
        _frame = HandleFrame.Read(header, out var problem);
        if (problem is not null)
            throw HandleChannelErrors.Break(connection, problem);
    }

    private ReceivedHandle Take()
    {
        var frame = _frame!.Value;
        if (_arrived.Count != frame.Handles)
            throw HandleChannelErrors.Break(connection, $"{_arrived.Count} handles came with a message of {frame.Handles}");
        var payload = _incoming.Bytes.Span[HandleFrame.HeaderLength.._filled].ToArray();
        var received = new ReceivedHandle(frame.Kind, new OwnedHandles([.. _arrived]), payload);
        _arrived.Clear();
        (_frame, _filled) = (null, 0);
        return received;
    }

    private void DropArriving()
    {
        _arrived.ForEach(static handle => handle.Dispose());
        _arrived.Clear();
    }
}
