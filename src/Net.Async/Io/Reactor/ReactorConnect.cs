using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>One connect on a loop: no thread waits for it, and the kernel is asked for its outcome once.</summary>
internal sealed class ReactorConnect : IEventSource
{
    private readonly ReactorLoop _loop;
    private readonly ReadinessWait _connected = new();

    private ReactorConnect(ReactorLoop loop) => _loop = loop;

    ulong IEventSource.RegistrationId { get; set; }

    bool IEventSource.GoesToPool => false;

    /// <summary>Connects a descriptor that no one else can close.</summary>
    public static async ValueTask<SocketError> RunAsync(ReactorLoop loop, int descriptor, EndPoint endPoint, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var error = SocketCalls.Connect(descriptor, endPoint.Serialize());
        return error == SocketError.InProgress ? await new ReactorConnect(loop).WaitAsync(descriptor, cancellationToken).ConfigureAwait(false) : error;
    }

    IThreadPoolWorkItem? IEventSource.OnEvent(uint mask) => _connected.SetReadiness() ? _connected : null;

    void IEventSource.OnStalled()
    {
        // What runs after the connect has stalled: the loop has another thread already.
    }

    private async ValueTask<SocketError> WaitAsync(int descriptor, CancellationToken cancellationToken)
    {
        // What the kernel knows already is an event at once.
        if (_loop.Register(this, descriptor, Epoll.Out) is not SocketError.Success and var error)
            return error;
        try
        {
            var wait = _connected.WaitAsync();
            using var registration = cancellationToken.UnsafeRegister(static connect => ((ReactorConnect)connect!).Cancel(), this);
            await wait.ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            return SocketCalls.PendingError(descriptor);
        }
        finally
        {
            _loop.Deregister(this, descriptor);
        }
    }

    private void Cancel()
    {
        if (_connected.TryCancel())
            _loop.Post(_connected, this);
    }
}
