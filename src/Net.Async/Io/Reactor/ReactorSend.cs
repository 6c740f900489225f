using System.Net.Sockets;
using System.Threading.Tasks.Sources;

namespace Net.Async;

/// <summary>A send that waits for the kernel as often as it takes. Made when the kernel makes a stream wait for the first time, and reused.</summary>
internal sealed class ReactorSend(ReactorStream stream) : IValueTaskSource<SocketError>, IThreadPoolWorkItem
{
    private ManualResetValueTaskSourceCore<SocketError> _core;
    private ReadOnlyMemory<byte> _rest;

    public ValueTask<SocketError> Start(ReadOnlyMemory<byte> bytes)
    {
        _core.Reset();
        _rest = bytes;
        var wait = new ValueTask<SocketError>(this, _core.Version);
        return TrySendAll(out var error) ? new(error) : wait;
    }

    /// <summary>Sends a first part once the kernel takes one; would block, and has sent nothing, when the token fires before.</summary>
    public async ValueTask<TransportResult> SendFirstAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            stream.BeginSend();
            var sent = stream.TrySend(bytes.Span);
            if (!sent.IsWouldBlock)
                return sent;
            if (await WaitAsync(cancellationToken).ConfigureAwait(false) is not SocketError.Success and var error)
                return TransportResult.Of(error);
        }

        return TransportResult.WouldBlock;
    }

    private async ValueTask<SocketError> WaitAsync(CancellationToken cancellationToken)
    {
        _core.Reset();
        // Nothing to send: the end of the wait is all that is told.
        _rest = default;
        var wait = new ValueTask<SocketError>(this, _core.Version);
        if (!stream.TryWaitToSend(out var error))
            return error;
        var registration = cancellationToken.UnsafeRegister(static stream => ((ReactorStream)stream!).StopWaitingToSend(), stream);
        error = await wait.ConfigureAwait(false);
        registration.Unregister();
        return error;
    }

    /// <summary>The kernel takes more, or the stream was closed. Whoever has claimed the end of the wait runs this.</summary>
    public void Execute()
    {
        if (TrySendAll(out var error))
            _core.SetResult(error);
    }

    // True when it is over; false when a wait is under way, and somebody else may go on with it already.
    private bool TrySendAll(out SocketError error)
    {
        error = SocketError.Success;
        while (!_rest.IsEmpty && error == SocketError.Success)
        {
            stream.BeginSend();
            var sent = stream.TrySend(_rest.Span);
            if (sent.IsWouldBlock)
            {
                if (stream.TryWaitToSend(out error))
                    return false;
                continue;
            }

            error = sent.Error;
            _rest = _rest[sent.Count..];
        }

        // Let go of before the caller hears: it is his again then.
        _rest = default;
        return true;
    }

    SocketError IValueTaskSource<SocketError>.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<SocketError>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<SocketError>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, ValueTaskSourceOnCompletedFlags.None);
}
