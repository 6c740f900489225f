using System.Runtime.ExceptionServices;

namespace Net.Async;

/// <summary>Two connections that are passed on to each other: both directions, and the first failure, which ends both.</summary>
internal sealed class Relay(Connection connection, Connection other)
{
    private readonly RelayDirection _there = new(connection, other), _back = new(other, connection);
    private RelayFailure? _failure;

    /// <summary>Bytes that either connection has moved, either way.</summary>
    private long Moved => connection.BytesRead + connection.BytesWritten + other.BytesRead + other.BytesWritten;

    public async Task<RelayResult> RunAsync(RelayOptions? options, CancellationToken cancellationToken)
    {
        var watch = options?.IdleTimeout is { } limit ? new RelayWatch(TimerQueue.Of(options.TimeProvider), limit, () => Moved, () => OnIdle(limit)) : null;
        watch?.Start();
        try
        {
            using var cancellation = cancellationToken.UnsafeRegister(static (relay, token) => ((Relay)relay!).Fail(null, new OperationCanceledException(token)), this);
            // A direction that waits for one connection to take bytes learns of the other one's reset so.
            using var first = connection.Closed.UnsafeRegister(static relay => ((Relay)relay!).OnClosed(isOther: false), this);
            using var second = other.Closed.UnsafeRegister(static relay => ((Relay)relay!).OnClosed(isOther: true), this);
            var there = PassAsync(_there);
            await PassAsync(_back).ConfigureAwait(false);
            await there.ConfigureAwait(false);
        }
        finally
        {
            watch?.Stop();
        }

        var failure = Volatile.Read(ref _failure);
        if (failure is { Exception: not ConnectionException })
            ExceptionDispatchInfo.Throw(failure.Exception);
        return new RelayResult(_there.Bytes, _back.Bytes, failure?.Exception as ConnectionException, failure?.Connection);
    }

    private async Task PassAsync(RelayDirection direction)
    {
        try
        {
            await direction.RunAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            Fail(direction.Called, exception);
        }
    }

    private void OnClosed(bool isOther)
    {
        var closed = isOther ? other : connection;
        // After an orderly end both directions know it by themselves.
        if (closed.CloseReason is { Error: { } error } reason)
            Fail(closed, new ConnectionException(error, $"The connection {closed} has ended{(reason.Exception is { } cause ? ": " + cause.Message.TrimEnd('.') : "")}.", closed.RemoteEndPoint, reason.Exception));
    }

    private void OnIdle(TimeSpan limit) =>
        Fail(null, new ConnectionException(ConnectionError.TimedOut, $"No byte has moved between {connection} and {other} within {nameof(RelayOptions.IdleTimeout)}, {limit}."));

    // The first one is the failure; what follows from the aborts is not.
    private void Fail(Connection? failed, Exception exception)
    {
        if (Interlocked.CompareExchange(ref _failure, new RelayFailure(failed, exception), null) is not null)
            return;
        connection.Abort(exception);
        other.Abort(exception);
    }

    private sealed record RelayFailure(Connection? Connection, Exception Exception);
}
