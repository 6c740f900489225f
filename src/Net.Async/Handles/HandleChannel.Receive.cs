using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Microsoft.Win32.SafeHandles;

namespace Net.Async;

/// <summary>The receiving half. Never reads past a message, so that the handles which came belong to it.</summary>
public sealed partial class HandleChannel
{
    private readonly RightsMessage _incoming = new();
    private readonly List<SafeFileHandle> _arrived = [];
    private HandleFrame? _frame;
    private int _filled;

    /// <summary>Waits for the next message.</summary>
    /// <param name="cancellationToken">Ends the wait; a message that arrives for it goes to the next one.</param>
    /// <returns>The message, which is yours to take or dispose; null when the other process has closed the channel, or ended.</returns>
    /// <exception cref="ConnectionException">The other process broke off within a message or sent none of ours, descriptors have run out, or the channel was disposed. The channel has ended then, and what arrived with the message is closed.</exception>
    public async ValueTask<ReceivedHandle?> ReceiveAsync(CancellationToken cancellationToken = default)
    {
        await _receiving.WaitAsync(cancellationToken).ConfigureAwait(false);
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
                    await _connection.ReceiveAsync(Memory<byte>.Empty, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (ConnectionException)
        {
            DropArriving();
            throw;
        }
        finally
        {
            _receiving.Release();
        }
    }

    /// <summary>All messages until the other process closes the channel, or ends.</summary>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    /// <exception cref="ConnectionException">As for one.</exception>
    public async IAsyncEnumerable<ReceivedHandle> ReceiveAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (await ReceiveAsync(cancellationToken).ConfigureAwait(false) is { } received)
            yield return received;
    }

    private bool IsWhole => _frame is { } frame && _filled == HandleFrame.HeaderLength + frame.NoteLength;

    /// <summary>Receives some of the header, or of the note; false when there is nothing now.</summary>
    private bool TryReceive(out bool ended)
    {
        ended = false;
        var end = HandleFrame.HeaderLength + (_frame?.NoteLength ?? 0);
        var received = Receive(end - _filled);
        if (received.IsWouldBlock)
            return false;
        if (!received.IsSuccess)
            throw Gone(new SocketException((int)received.Error));
        if (received.Count == 0)
        {
            ended = _filled == 0 ? true : throw Broken("it ends within a message");
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
            if (_incoming.TryReceive(_socket, _filled, most, _arrived, out var received))
                return received;
        }
        catch (ObjectDisposedException) when (_socket.IsClosed)
        {
            throw _connection.ClosedHere();
        }

        throw Broken("handles were lost, more than a message may have, or more than this process may open");
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
            throw Broken(problem);
    }

    private ReceivedHandle Take()
    {
        var frame = _frame!.Value;
        if (_arrived.Count != frame.Handles)
            throw Broken($"{_arrived.Count} handles came with a message of {frame.Handles}");
        var note = _incoming.Bytes.Span[HandleFrame.HeaderLength.._filled].ToArray();
        var received = new ReceivedHandle(frame.Kind, new OwnedHandles([.. _arrived]), note);
        _arrived.Clear();
        (_frame, _filled) = (null, 0);
        return received;
    }

    private void DropArriving()
    {
        _arrived.ForEach(static handle => handle.Dispose());
        _arrived.Clear();
    }

    // Nothing behind it can be understood any more.
    private ConnectionException Broken(string problem)
    {
        var exception = new ConnectionException(ConnectionError.Aborted, $"The handle channel is broken: {problem}.", _connection.RemoteEndPoint);
        _connection.Abort(exception);
        return exception;
    }
}
