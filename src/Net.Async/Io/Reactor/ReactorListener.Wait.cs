using System.Net.Sockets;
using System.Threading.Tasks.Sources;

namespace Net.Async;

/// <summary>The one wait of a listener: for a client, until it is cancelled or closed.</summary>
internal sealed partial class ReactorListener : IValueTaskSource<SocketError>, IThreadPoolWorkItem
{
    private ReadyState _acceptable = new(isReady: true);
    private ManualResetValueTaskSourceCore<SocketError> _wait;
    private CancellationToken _token;
    private CancellationTokenRegistration _registration;
    private volatile bool _isWatched;

    ulong IWatched.WatchId { get; set; }

    bool IWatched.GoesToPool => false;

    bool IWatched.OnEvent(uint mask) => !_acceptable.Signal() || _loop.Start(this, this);

    void IWatched.OnStalled()
    {
        // Whoever accepts stood still: the loop has another thread already.
    }

    /// <summary>Ends the wait. Whoever has claimed its end runs this.</summary>
    public void Execute()
    {
        // A late callback of the token finds no wait, or waits for nobody.
        _registration.Unregister();
        if (_acceptable.IsClosed)
            _wait.SetResult(SocketError.OperationAborted);
        else if (_token.IsCancellationRequested)
            _wait.SetException(new OperationCanceledException(_token));
        else
            _wait.SetResult(SocketError.Success);
    }

    private ValueTask<SocketError> WaitAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _wait.Reset();
        _token = cancellationToken;
        if (Watch() is not SocketError.Success and var error)
            return new(error);
        // Before the wait: an event that comes at once must find the registration that it ends.
        _registration = cancellationToken.CanBeCanceled
            ? cancellationToken.UnsafeRegister(static listener => ((ReactorListener)listener!).Cancel(), this)
            : default;
        var wait = new ValueTask<SocketError>(this, _wait.Version);
        if (!_acceptable.TryWait())
        {
            _registration.Unregister();
            return new(_acceptable.IsClosed ? SocketError.OperationAborted : SocketError.Success);
        }

        if (cancellationToken.IsCancellationRequested)
            Cancel();
        return wait;
    }

    private void Cancel()
    {
        if (_token.IsCancellationRequested && _acceptable.TryStopWaiting())
            _loop.Post(this, this);
    }

    private SocketError Watch()
    {
        if (_isWatched)
            return SocketError.Success;
        try
        {
            using var held = new HeldHandle(Socket.SafeHandle);
            lock (_loop.Changing)
            {
                // A close that comes now waits for the lock, and finds what is watched.
                var error = _acceptable.IsClosed ? SocketError.OperationAborted : Errno.ToSocketError(_loop.Watch(this, held.Descriptor, Epoll.In));
                _isWatched = error == SocketError.Success;
                return error;
            }
        }
        catch (ObjectDisposedException)
        {
            return SocketError.OperationAborted;
        }
    }

    SocketError IValueTaskSource<SocketError>.GetResult(short token) => _wait.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<SocketError>.GetStatus(short token) => _wait.GetStatus(token);

    void IValueTaskSource<SocketError>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _wait.OnCompleted(continuation, state, token, ValueTaskSourceOnCompletedFlags.None);
}
