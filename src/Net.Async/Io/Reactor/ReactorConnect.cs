using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks.Sources;

namespace Net.Async;

/// <summary>One connect on a loop: no thread waits for it, and the kernel is asked for its outcome once.</summary>
internal sealed class ReactorConnect : IWatched, IThreadPoolWorkItem, IValueTaskSource<SocketError>
{
    private readonly ReactorLoop _loop;
    private readonly int _descriptor;
    private ReadyState _connected;
    private ManualResetValueTaskSourceCore<SocketError> _wait;
    private CancellationToken _token;

    private ReactorConnect(ReactorLoop loop, int descriptor)
    {
        _loop = loop;
        _descriptor = descriptor;
    }

    ulong IWatched.WatchId { get; set; }

    bool IWatched.GoesToPool => false;

    /// <summary>Connects a descriptor that no one else can close.</summary>
    public static async ValueTask<SocketError> RunAsync(ReactorLoop loop, int descriptor, EndPoint endPoint, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var error = SocketCalls.Connect(descriptor, endPoint.Serialize());
        return error == SocketError.InProgress ? await new ReactorConnect(loop, descriptor).WaitAsync(cancellationToken).ConfigureAwait(false) : error;
    }

    bool IWatched.OnEvent(uint mask) => !_connected.Signal() || _loop.Start(this, this);

    void IWatched.OnStalled()
    {
        // Whoever went on after the connect stood still: the loop has another thread already.
    }

    /// <summary>Ends the wait. Whoever has claimed its end runs this.</summary>
    public void Execute()
    {
        if (_token.IsCancellationRequested)
            _wait.SetException(new OperationCanceledException(_token));
        else
            _wait.SetResult(SocketCalls.PendingError(_descriptor));
    }

    private async ValueTask<SocketError> WaitAsync(CancellationToken cancellationToken)
    {
        _token = cancellationToken;
        var wait = new ValueTask<SocketError>(this, _wait.Version);
        _connected.TryWait();
        // What the kernel knows already is an event at once.
        if (_loop.Watch(this, _descriptor, Epoll.Out) is not 0 and var error)
            return Errno.ToSocketError(error);
        try
        {
            using var registration = cancellationToken.UnsafeRegister(static connect => ((ReactorConnect)connect!).Cancel(), this);
            return await wait.ConfigureAwait(false);
        }
        finally
        {
            _loop.Forget(this, _descriptor);
        }
    }

    private void Cancel()
    {
        if (_connected.TryStopWaiting())
            _loop.Post(this, this);
    }

    SocketError IValueTaskSource<SocketError>.GetResult(short token) => _wait.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<SocketError>.GetStatus(short token) => _wait.GetStatus(token);

    void IValueTaskSource<SocketError>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _wait.OnCompleted(continuation, state, token, ValueTaskSourceOnCompletedFlags.None);
}
