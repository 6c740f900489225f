using System.Runtime.CompilerServices;

namespace Net.Async;

/// <summary>Whoever serves accepts for himself, on the stack that the accept ends on.</summary>
internal sealed partial class AcceptQueue
{
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Connection?> LeadAsync()
    {
        Connection connection;
        try
        {
            connection = await accept().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_leaving)
        {
            // Called off: whoever waits hears of it from the stop.
            Quiet();
            return await NextAsync(mayLead: false, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            End(exception);
            onFailed();
            Quiet();
            return _failure is null ? null : throw _failure;
        }

        return Passes(connection) ? connection : null;
    }

    // It is the leader's, unless the stop was faster. Others may have come to wait behind him.
    private bool Passes(Connection connection)
    {
        bool ended, others;
        lock (_lock)
        {
            ended = _ended && !_leaving;
            others = _accepting = !_ended && !_leaving && _waiters.Count > 0;
        }

        if (others)
            _ = AcceptAsync();
        else
            Quiet();
        if (ended)
            connection.Abort(new OperationCanceledException("The server has stopped."));
        return !ended;
    }
}
