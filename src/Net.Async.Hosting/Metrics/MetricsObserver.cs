namespace Net.Async;

/// <summary>Counts what happens at one server.</summary>
internal sealed class MetricsObserver(ServerMetrics metrics, string name, TimeProvider time, ServerLog log) : ServerObserver
{
    private readonly KeyValuePair<string, object?> _name = new(ServerMetrics.ServerName, name);

    public override void OnAccepted(Connection connection)
    {
        metrics.Accepted.Add(1, _name);
        metrics.Active.Add(1, _name);
    }

    public override void OnClosed(Connection connection) => metrics.Active.Add(-1, _name);

    public override void OnDenied(DeniedConnection denied) => metrics.Denied.Add(1, _name);

    public override void OnDropped(DroppedConnection dropped)
    {
        if (metrics.Dropped.Enabled)
            metrics.Dropped.Add(1, _name, new("limit", dropped.Limit.ToString()));
    }

    public override void OnUpgradeFailed(FailedUpgrade failed) => metrics.UpgradeErrors.Add(1, _name);

    public override void OnLimitReached(Connection connection, ConnectionLimitKind limit)
    {
        if (metrics.Limits.Enabled)
            metrics.Limits.Add(1, _name, new("limit", limit.ToString()));
    }

    /// <summary>The handler, with its duration measured while there is a listener.</summary>
    public Func<Connection, CancellationToken, Task> Measured(Func<Connection, CancellationToken, Task> handler) =>
        (connection, stopping) => metrics.HandlerDuration.Enabled ? MeasureAsync(handler, connection, stopping) : handler(connection, stopping);

    private async Task MeasureAsync(Func<Connection, CancellationToken, Task> handler, Connection connection, CancellationToken stopping)
    {
        var began = time.GetTimestamp();
        try
        {
            await handler(connection, stopping).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // One that ends because of the stop has done what it was asked to.
            Record(began, exception is OperationCanceledException && stopping.IsCancellationRequested ? null : exception);
            throw;
        }

        Record(began, null);
    }

    private void Record(long began, Exception? failure)
    {
        var seconds = time.GetElapsedTime(began).TotalSeconds;
        try
        {
            if (failure is null)
                metrics.HandlerDuration.Record(seconds, _name);
            else
                metrics.HandlerDuration.Record(seconds, _name, new("error.type", failure.GetType().FullName));
        }
        catch (Exception exception)
        {
            // The listener is the user's code: what it throws is no failure of the handler.
            log.CallbackFailed(exception);
        }
    }
}
