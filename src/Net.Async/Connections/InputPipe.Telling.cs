using System.IO.Pipelines;

namespace Net.Async;

/// <summary>What a read says, and when a pending one has something to say.</summary>
internal sealed partial class InputPipe
{
    private bool TakeOrThrow(out ReadResult result)
    {
        if (!Take(out result, out var failure))
            return false;
        return failure is null ? true : throw failure;
    }

    /// <summary>What a read would say now, under the lock; false when it must wait.</summary>
    private bool Take(out ReadResult result, out Exception? failure)
    {
        result = default;
        failure = null;
        var hasNews = _buffer.HasUnexamined && !_stopped;
        if (_failure is not null && !hasNews && (!_cancelled || _stopped))
        {
            failure = _failure;
            return true;
        }

        if (!hasNews && !_cancelled && !_ended)
            return false;
        var atEnd = _ended && _failure is null;
        result = new ReadResult(_buffer.Sequence, _cancelled, atEnd);
        _reading = true;
        _cancelled = false;
        if (atEnd && !_endShown)
        {
            _endShown = true;
            _connection.OnEndRead();
        }

        return true;
    }

    /// <summary>Ends the pending read when there is something to say.</summary>
    private void Wake(bool inline)
    {
        ReadResult result = default;
        Exception? failure = null;
        lock (_lock)
        {
            if (!_wait.IsWaiting)
                return;
            if (_completed)
                failure = new InvalidOperationException("The reader was completed while a read was pending.");
            else if (_onlyReadiness ? !TakeReadiness(out result, out failure) : !Take(out result, out failure))
                return;
            _wait.End();
        }

        _wait.Set(result, failure, inline);
    }

    // The caller receives himself: all he needs is that a receive would say something, which is when nobody waits on the kernel any more.
    private bool TakeReadiness(out ReadResult result, out Exception? failure)
    {
        result = new ReadResult(default, _cancelled, false);
        failure = _failure;
        var ready = _cancelled || failure is not null || _ended || !_kernelClaimed;
        _cancelled &= !ready;
        return ready;
    }
}
