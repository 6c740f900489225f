using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Threading.Tasks.Sources;

namespace Net.Async;

/// <summary>One waiting call on a socket, reused for the connection's life: no allocation an operation, and errors without exceptions.</summary>
/// <remarks>Continuations run on the thread-pool thread that the socket engine completes on.</remarks>
/// <param name="stream">Notes the error that the call has taken.</param>
internal sealed class SocketOperation(SocketTransportStream stream) : SocketAsyncEventArgs(unsafeSuppressExecutionContextFlow: true), IValueTaskSource<SocketError>
{
    private ManualResetValueTaskSourceCore<SocketError> _core;

    /// <summary>Waits until the socket is readable: a receive of nothing.</summary>
    public ValueTask<SocketError> WaitReadable(Socket socket)
    {
        _core.Reset();
        return socket.ReceiveAsync(this) ? new(this, _core.Version) : new(stream.EndWait(SocketError));
    }

    /// <summary>Waits until <see cref="EndRound"/>, and says "readable" without having asked.</summary>
    public ValueTask<SocketError> BeginRound()
    {
        _core.Reset();
        return new(this, _core.Version);
    }

    public void EndRound() => _core.SetResult(SocketError.Success);

    /// <summary>Sends all of it, for a stream that has begun a send. The memory is let go of when the call is over, so that nothing roots it.</summary>
    public ValueTask<SocketError> Send(Socket socket, ReadOnlyMemory<byte> bytes)
    {
        _core.Reset();
        SetBuffer(MemoryMarshal.AsMemory(bytes));
        if (socket.SendAsync(this))
            return new(this, _core.Version);
        SetBuffer(default);
        return new(stream.EndSend(SocketError));
    }

    protected override void OnCompleted(SocketAsyncEventArgs e)
    {
        if (LastOperation != SocketAsyncOperation.Send)
        {
            _core.SetResult(stream.EndWait(SocketError));
            return;
        }

        SetBuffer(default);
        _core.SetResult(stream.EndSend(SocketError));
    }

    SocketError IValueTaskSource<SocketError>.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<SocketError>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<SocketError>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
