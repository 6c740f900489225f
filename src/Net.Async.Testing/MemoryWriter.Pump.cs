using System.Buffers;
using System.IO.Pipelines;

namespace Net.Async.Testing;

/// <summary>Moves what is written to the peer's side as it has room, then the end.</summary>
internal sealed partial class MemoryWriter
{
    private const int Piece = 16 * 1024;

    private Task<FlushResult> _room = Task.FromResult(default(FlushResult));
    private TaskCompletionSource? _nudge;   // what is staged has changed although the peer's side is full
    private TaskCompletionSource? _finished;
    private bool _pumping;
    private bool _lost;
    private bool _done;

    /// <summary>Sends the rest, then the end. Fails when written bytes could not be sent.</summary>
    public Task FinishAsync()
    {
        bool pump;
        TaskCompletionSource finished;
        lock (_lock)
        {
            _finishing = true;
            if (IsFinished)
                return _lost ? Task.FromException(connection.Failure!) : Task.CompletedTask;
            finished = _finished ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            pump = ClaimPump();
        }

        if (pump)
            _ = PumpAsync();
        return finished.Task;
    }

    /// <summary>The connection has ended: a pending flush hears of it, and later ones.</summary>
    public void Stop()
    {
        TaskCompletionSource? finished;
        lock (_lock)
        {
            if (_stopped)
                return;
            _stopped = true;
            _lost = !IsFinished && FailureOrNull is not null && (_staged.Count > 0 || _torn || _held);
            IsFinished = true;
            Unstage();
            finished = _finished;
        }

        Wake();
        if (_lost)
            finished?.TrySetException(connection.Failure!);
        else
            finished?.TrySetResult();
        _ = finished?.Task.Exception;
    }

    /// <summary>The blocks go back; the connection was disposed.</summary>
    public void Release()
    {
        lock (_lock)
        {
            CompletePipe();
            _staged.Release();
        }
    }

    private bool ClaimPump() => !_pumping && (_pumping = true);

    private async Task PumpAsync()
    {
        while (true)
        {
            if (MoveOne(out var full))
            {
                Wake();
                connection.OnBytes();
            }
            else if (full is not null)
            {
                await full.ConfigureAwait(false);
            }
            else
            {
                break;
            }
        }

        Wake();
    }

    // One decision under one lock: a piece, or that the peer's side is full, or that there is nothing, which lets go of the claim.
    private bool MoveOne(out Task? full)
    {
        full = null;
        lock (_lock)
        {
            var goesOn = !_stopped && !_torn;
            if (goesOn && _staged.Count > 0 && _room.IsCompleted)
                return Move();
            if (goesOn && _staged.Count > 0)
            {
                _nudge = new(TaskCreationOptions.RunContinuationsAsynchronously);
                full = Task.WhenAny(_room, _nudge.Task);
                return false;
            }

            _pumping = false;
            if (!goesOn || !_finishing || _held || IsFinished)
                return false;
            IsFinished = true;
            CompletePipe();
        }

        connection.OnOutputFinished();
        _finished?.TrySetResult();
        return false;
    }

    // Under the lock. The piece before this one may have filled the peer's side: a socket's kernel would then make the sender wait.
    private bool Move()
    {
        if (_room.Result.IsCompleted)
        {
            // The peer reads no more: what it would have got goes nowhere.
            _readerGone = true;
            _staged.Clear();
            return true;
        }

        var piece = _staged.Take(Piece);
        pipe.Write(piece);
        BytesWritten += piece.Length;
        _room = pipe.FlushAsync().AsTask();
        return true;
    }

    private void Unstage()
    {
        _staged.Clear();
        _nudge?.TrySetResult();
    }

    private void CompletePipe()
    {
        if (!_done)
            pipe.Complete();
        _done = true;
    }
}
