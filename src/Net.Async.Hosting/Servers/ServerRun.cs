namespace Net.Async;

/// <summary>One server of the host from its listen to its stop.</summary>
internal sealed class ServerRun(ServerDefinition definition, ServerSettings settings, ServerScopes scopes, ServerParts parts)
{
    private readonly Lock _lock = new();
    private Server? _server;
    private ServerReload? _reload;
    private Task _serving = Task.CompletedTask;
    private HostedServerStatus _status;
    private TimeSpan _stopTimeout;
    private bool _hasStopped;

    public string Name => definition.Name;

    public ServerLog Log => parts.Log;

    /// <summary>The server, once it listens.</summary>
    public Server? Server => Volatile.Read(ref _server);

    /// <summary>Why it failed.</summary>
    public Exception? Failure { get; private set; }

    public HostedServerStatus Status
    {
        get
        {
            lock (_lock)
            {
                return _status switch
                {
                    // A server ends by itself, too: by its stop token, or because its listening failed.
                    HostedServerStatus.Listening when _server is { IsListening: false } => HostedServerStatus.Unbound,
                    _ => _status,
                };
            }
        }
    }

    /// <summary>Listens; clients wait in the kernel until <see cref="Serve"/>.</summary>
    public async Task ListenAsync(CancellationToken cancellationToken)
    {
        try
        {
            var (options, endPoints) = settings.Read();
            var observed = parts.Observe(options);
            _stopTimeout = options.Stop.Timeout;
            var server = definition.Listener is { } listener
                ? Net.Async.Server.Listen(parts.Made(listener), observed)
                : await ServerListen.ListenAsync(endPoints, observed, cancellationToken).ConfigureAwait(false);
            Volatile.Write(ref _server, server);
            Move(HostedServerStatus.Listening);
            _reload = settings.Follow(options, server, parts.Log);
        }
        catch (ConnectionException exception)
        {
            Fail(exception);
            throw new ConnectionException(exception.Error, $"The server '{Name}' cannot listen. {exception.Message}", exception.EndPoint, exception);
        }
        catch (Exception exception)
        {
            Fail(exception);
            throw;
        }
    }

    /// <summary>Serves the clients until a stop.</summary>
    /// <param name="failed">Called when listening fails for good.</param>
    public void Serve(Action failed)
    {
        var handler = parts.Metrics.Measured(definition.Handler(scopes));
        _serving = ServeAsync(_server!, handler, failed);
    }

    /// <summary>Accepts no more clients.</summary>
    public async Task UnbindAsync(TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        _reload?.Dispose();
        if (Server is not { } server)
            return;
        // A client whose upgrade hangs holds an unbind; the stop ends it.
        await server.UnbindAsync(CancellationToken.None).WaitAsync(limit, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Asks connections to finish, and aborts what is left at the limit.</summary>
    public async Task StopAsync(TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        if (Server is not { } server || Interlocked.Exchange(ref _hasStopped, true))
            return;
        limit = limit < _stopTimeout ? limit : _stopTimeout;
        var began = time.GetTimestamp();
        parts.Log.Stopping(server.ConnectionCount, limit);
        try
        {
            await server.StopAsync(limit, cancellationToken).ConfigureAwait(false);
            // What is aborted ends its handler, unless that blocks; scopes follow.
            var left = TimeSpan.FromSeconds(1) + (limit > time.GetElapsedTime(began) ? limit - time.GetElapsedTime(began) : TimeSpan.Zero);
            await Task.WhenAll(_serving, scopes.Ended).WaitAsync(left, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The host has no more time: everything is aborted.
        }
        finally
        {
            Move(HostedServerStatus.Stopped);
        }
    }

    private async Task ServeAsync(Server server, Func<Connection, CancellationToken, Task> handler, Action failed)
    {
        try
        {
            await server.ServeAsync(handler).ConfigureAwait(false);
        }
        catch (ConnectionException exception)
        {
            Fail(exception);
            parts.Log.Failed(exception);
            failed();
        }
    }

    private void Fail(Exception exception)
    {
        Failure = exception;
        Move(HostedServerStatus.Failed);
    }

    private void Move(HostedServerStatus status)
    {
        lock (_lock)
        {
            // A failure is kept.
            if (_status != HostedServerStatus.Failed)
                _status = status;
        }
    }
}
