using System.Net;

namespace Net.Async;

/// <summary>The notices of a server's phases, in their order whichever threads start and stop it: listening first, stopped last, and none of a server that was never started.</summary>
/// <remarks>They are queued under the lock of <see cref="ServerState"/> and reported without it: a receiver may stop the server. One thread reports at a time.</remarks>
internal sealed class PhaseNotices(IReadOnlyList<EndPoint> endPoints, ServerObserver? observer)
{
    private readonly Queue<Action> _queue = new();
    private bool _started;
    private bool _stoppedListening;
    private bool _isTelling;

    /// <summary>The phase changes: called under the lock of the state.</summary>
    public void OnMoved(ServerPhase from, ServerPhase to)
    {
        lock (_queue)
        {
            if (to == ServerPhase.Listening)
            {
                _started = true;
                EnqueueEach(endPoint => NetAsyncEventSource.Log.Listening(NetEndPoint.Format(endPoint)), endPoint => observer?.OnListening(endPoint));
                return;
            }

            if (from == ServerPhase.Bound || !_started)
                return;
            if (to == ServerPhase.Stopping)
                _queue.Enqueue(() => observer?.OnStopping());
            if (_stoppedListening)
                return;
            _stoppedListening = true;
            EnqueueEach(endPoint => NetAsyncEventSource.Log.StoppedListening(NetEndPoint.Format(endPoint)), endPoint => observer?.OnUnbound(endPoint));
        }
    }

    /// <summary>The stop is over.</summary>
    public void OnStopped(StopResult result)
    {
        lock (_queue)
        {
            if (!_started)
                return;
            _started = false;
            _queue.Enqueue(() => observer?.OnStopped(result));
        }

        Tell();
    }

    /// <summary>Tells what is queued, unless another thread, or a caller on this stack, is telling: that one tells it.</summary>
    public void Tell()
    {
        while (TryTake() is { } notice)
        {
            try
            {
                notice();
            }
            catch (Exception exception)
            {
                NetAsyncEventSource.Log.CallbackFailed(exception.ToString());
            }

            lock (_queue)
                _isTelling = false;
        }
    }

    private Action? TryTake()
    {
        lock (_queue)
        {
            if (_isTelling || !_queue.TryDequeue(out var notice))
                return null;
            _isTelling = true;
            return notice;
        }
    }

    private void EnqueueEach(params ReadOnlySpan<Action<EndPoint>> notices)
    {
        foreach (var endPoint in endPoints)
        {
            foreach (var notice in notices)
                _queue.Enqueue(() => notice(endPoint));
        }
    }
}
