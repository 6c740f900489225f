using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Net.Async;

/// <summary>The side of the writer that faces the kernel: send, wait, end.</summary>
internal sealed partial class OutputPipe
{
    private Action? _onSent;
    private ValueTaskAwaiter<SocketError> _send;
    private int _underWay;
    private bool _finishing;
    private bool _ending;
    private bool _lost;
    private bool _torn;   // a send was cut off half-way: nothing follows it, and no FIN
    private TaskCompletionSource? _finished;

    /// <summary>FIN was sent, or nothing can be sent any more.</summary>
    public bool IsFinished { get; private set; }

    /// <summary>Sends the rest, then FIN. Fails when written bytes could not be sent.</summary>
    public Task FinishAsync()
    {
        bool send;
        TaskCompletionSource finished;
        lock (_lock)
        {
            _finishing = true;
            if (_completed)
                DiscardIfStopped();
            if (IsFinished && _finished is null)
                return _lost ? Task.FromException(_failure!) : Task.CompletedTask;
            finished = _finished ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            send = !_sending && !IsFinished;
            _sending |= send;
        }

        // A flush that came meanwhile has found the sending claimed, and waits.
        if (send)
            SendAndWake();
        return finished.Task;
    }

    /// <summary>Ends writing: later writes are dropped, and flushes say so, or throw when there is a failure.</summary>
    public void Stop(Exception? failure)
    {
        TaskCompletionSource? finished;
        lock (_lock)
        {
            if (_stopped)
                return;
            _stopped = true;
            _failure = failure;
            _lost = failure is not null && (_sending || _torn || _held || _buffer.Pending > 0);
            IsFinished = true;
            _wait?.Rest = default;
            DiscardIfStopped();
            finished = _finished;
        }

        Wake(inline: false);
        if (_lost)
            finished?.TrySetException(failure!);
        else
            finished?.TrySetResult();
        // Whoever waits may have gone: nobody must hear of it a second time from the finalizer.
        _ = finished?.Task.Exception;
    }

    private void SendAndWake()
    {
        Send();
        Wake(inline: false);
    }

    private bool ClaimSending()
    {
        DiscardIfStopped();
        if (_sending || _stopped || (_buffer.Pending == 0 && _wait is not { Rest.IsEmpty: false }))
            return false;
        return _sending = true;
    }

    // A send that is under way has the memory; it discards when it is over.
    private void DiscardIfStopped()
    {
        if (_stopped && !_sending)
            _buffer.Discard();
    }

    /// <summary>Sends what the buffer holds until it is empty, the kernel makes us wait, or it fails. The caller has claimed sending.</summary>
    private void Send()
    {
        bool finish;
        while (NextToSend(out var first, out var pieces, out finish))
        {
            var sent = pieces is null ? _stream.TrySend(first.Span) : _stream.TrySend(pieces);
            pieces?.Clear();
            if (sent.IsWouldBlock)
            {
                _underWay = first.Length;
                _send = _stream.SendAsync(first).GetAwaiter();
                if (!_send.IsCompleted)
                {
                    _send.UnsafeOnCompleted(_onSent ??= OnSent);
                    return;
                }

                sent = Outcome(_send.GetResult());
            }

            Note(sent, ofBuffer: true);
        }

        if (finish)
            SendFin();
    }

    // One decision under one lock: what is next, or that nothing is, which lets go of the claim. A byte added between the two would stay unsent.
    private bool NextToSend(out ReadOnlyMemory<byte> first, out List<ArraySegment<byte>>? pieces, out bool finish)
    {
        (first, pieces, finish) = (default, null, false);
        lock (_lock)
        {
            var goesOn = !_stopped && !_torn;
            if (goesOn && _buffer.Pending == 0)
                TakePiece();
            if (goesOn && _buffer.Pending > 0)
            {
                first = _buffer.First;
                pieces = _buffer.Pieces();
                return true;
            }

            finish = goesOn && _finishing && !_held && !_ending;
            _ending |= finish;
            _sending = false;
            DiscardIfStopped();
            return false;
        }
    }

    private void OnSent()
    {
        Note(Outcome(_send.GetResult()), ofBuffer: true);
        Send();
        Wake(inline: true);
    }

    private TransportResult Outcome(SocketError error) => error == SocketError.Success ? TransportResult.Of(_underWay) : TransportResult.Of(error);

    private void Note(TransportResult sent, bool ofBuffer)
    {
        lock (_lock)
        {
            BytesSent += sent.Count;
            if (ofBuffer && sent.Count > 0)
                _buffer.Sent(sent.Count);
        }

        if (sent.IsSuccess)
            _connection.OnSent(sent.Count);
        else
            Fail(sent.Error);
    }

    private void Fail(SocketError error)
    {
        _connection.OnFailed(error);
        Stop(_connection.Failure ?? _connection.ClosedHere());
    }

    private void SendFin()
    {
        var ending = _stream.EndSendingAsync();
        if (ending.IsCompletedSuccessfully)
            OnFinSent(ending.Result);
        else
            _ = FollowFinAsync(ending);
    }

    private async Task FollowFinAsync(ValueTask<SocketError> ending)
    {
        OnFinSent(await ending.ConfigureAwait(false));
    }

    private void OnFinSent(SocketError error)
    {
        // Only when FIN is sent is this direction finished: a close between the two would be abortive and take the bytes back from the kernel.
        if (error != SocketError.Success)
            Fail(error);
        Stop(null);
        _connection.OnOutputFinished();
    }
}
