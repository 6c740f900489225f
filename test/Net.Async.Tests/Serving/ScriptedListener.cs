using System.Net;
using System.Net.Sockets;

namespace Net.Async.Tests.Serving;

/// <summary>A listener whose accepts fail as told, one after the other, and then wait for ever.</summary>
internal sealed class ScriptedListener(params SocketError[] errors) : TransportListener
{
    private readonly TaskCompletionSource _waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<TransportStream> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _calledOff = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _next;

    /// <summary>Completes when the script has been played.</summary>
    public Task Waiting => _waiting.Task;

    /// <summary>Completes when the wait that follows the script is cancelled.</summary>
    public Task CalledOff => _calledOff.Task;

    public override EndPoint LocalEndPoint { get; } = new IPEndPoint(IPAddress.Loopback, 7);

    // Those whose accept fails stay in the queue.
    internal override bool HasClient => _next < errors.Length;

    public override void Start(int backlog)
    {
    }

    public override async ValueTask<TransportStream> AcceptAsync(CancellationToken cancellationToken)
    {
        if (_next < errors.Length)
            throw new SocketException((int)errors[_next++]);
        _waiting.TrySetResult();
        try
        {
            return await _closed.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            _calledOff.TrySetResult();
            throw;
        }
    }

    public override void Close() => _closed.TrySetException(new SocketException((int)SocketError.OperationAborted));
}
