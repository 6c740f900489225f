namespace Net.Async;

public abstract partial class Server
{
    private int _serving;
    private long _handlerFailures;

    /// <summary>Handlers that failed so far.</summary>
    public long HandlerFailures => Interlocked.Read(ref _handlerFailures);

    /// <summary>
    /// Runs the handler for every connection until the server stops, and disposes each connection when its handler returns.
    /// Returns when the server has stopped and every handler has ended.
    /// </summary>
    /// <param name="handler">
    /// Gets the connection and a token that is cancelled when a stop begins (the same as <see cref="Connection.Stopping"/>). A handler that then ends with an
    /// <see cref="OperationCanceledException"/> has not failed: its connection closes in order. One that ignores the token has until the stop's deadline.
    /// One that throws has its connection aborted, since a truncated answer must not look complete, and disturbs no other:
    /// it is counted in <see cref="HandlerFailures"/> and goes to <see cref="ServerOptions.OnError"/>.
    /// </param>
    /// <param name="cancellationToken">Stops the server within <see cref="ServerOptions.StopTimeout"/>, then throws.</param>
    /// <exception cref="InvalidOperationException">Another serve runs already, or the server was not started.</exception>
    /// <exception cref="ConnectionException">Listening failed for good.</exception>
    public async Task ServeAsync(Func<Connection, CancellationToken, Task> handler, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(handler);
        if (Interlocked.Exchange(ref _serving, 1) != 0)
            throw new InvalidOperationException("The server is being served already.");
        var running = new HandlerSlots(Options.MaxHandlers);
        try
        {
            using var stop = cancellationToken.UnsafeRegister(static server => _ = ((Server)server!).StopAsync(CancellationToken.None), this);
            await StartHandlersAsync(handler, running).ConfigureAwait(false);
        }
        finally
        {
            await running.AllEndedAsync(Options.StopTimeout, Options.Connection.TimeProvider, _aborted).ConfigureAwait(false);
            Volatile.Write(ref _serving, 0);
        }

        cancellationToken.ThrowIfCancellationRequested();
    }

    private async Task StartHandlersAsync(Func<Connection, CancellationToken, Task> handler, HandlerSlots running)
    {
        while (await running.WaitForSlotAsync(Stopping).ConfigureAwait(false)
            && await NextAsync(CancellationToken.None).ConfigureAwait(false) is { } connection)
        {
            Interlocked.Increment(ref _handlers);
            running.Take();
            // Off the accept loop: a handler that blocks before its first await must not stop the accepting.
            connection.Run(new HandlerRun(this, handler, connection, running));
        }
    }

    private void Report(Connection connection, Exception exception)
    {
        try
        {
            if (Options.OnError is { } onError)
                onError(connection, exception);
            else if (NetAsyncEventSource.Log.IsEnabled())
                NetAsyncEventSource.Log.HandlerFailed(connection.ToString(), exception.ToString());
        }
        catch (Exception failure)
        {
            NetAsyncEventSource.Log.ErrorCallbackFailed(failure.ToString());
        }
    }

    private void ThrowIfServing()
    {
        if (Volatile.Read(ref _serving) != 0)
            throw new InvalidOperationException("ServeAsync takes every connection while it runs.");
    }
}
