using System.Net;
using System.Net.Sockets;

namespace Net.Async.Tests.Serving;

/// <summary>A listener of a user's that does what it must not.</summary>
internal sealed class BadListener : TransportListener
{
    private readonly TaskCompletionSource<TransportStream> _accepting = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _accepts;

    /// <summary>What the accepts give, one after the other; null waits until <see cref="Fail"/>.</summary>
    public Func<int, TransportStream?>? OnAccept { get; init; }

    public Action? OnStart { get; init; }

    public Action? OnClose { get; init; }

    public int Accepts => Volatile.Read(ref _accepts);

    public override EndPoint LocalEndPoint { get; } = new IPEndPoint(IPAddress.Loopback, 7);

    public void Fail(Exception exception) => _accepting.TrySetException(exception);

    public override void Start(int backlog) => OnStart?.Invoke();

    public override async ValueTask<TransportStream> AcceptAsync(CancellationToken cancellationToken) =>
        OnAccept?.Invoke(Interlocked.Increment(ref _accepts)) ?? await _accepting.Task.WaitAsync(cancellationToken);

    public override void Close()
    {
        _accepting.TrySetException(new SocketException((int)SocketError.OperationAborted));
        OnClose?.Invoke();
    }
}
