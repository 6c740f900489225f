using System.Net.Sockets;

namespace Net.Async;

/// <summary>Accepts at one address, as many clients as are asked for. Here the errors of accept are told apart into their three kinds.</summary>
/// <param name="listener">The address. It belongs to the loop.</param>
/// <param name="pipeline">What the loops of a server share.</param>
internal sealed class AcceptLoop(TransportListener listener, AcceptPipeline pipeline)
{
    private const int MostInATurn = 64;

    private readonly AcceptPause _pause = new(listener.LocalEndPoint, pipeline.Options.Connection.TimeProvider, pipeline.Notices);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationTokenSource _wait = Unwatched.NewSource();
    private volatile bool _accepts = true;
    private volatile bool _isDraining;
    private volatile bool _isPausing;
    private int _closed;

    public ServerAddress Address { get; } = new(listener.LocalEndPoint);

    /// <summary>Completes when the loop takes no client any more.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Runs until the loop is ended, or the accepting fails for good.</summary>
    /// <param name="failed">Called then.</param>
    public async Task RunAsync(Action<Exception> failed)
    {
        try
        {
            for (var inARow = 0; await WaitAsync().ConfigureAwait(false) is { } token;)
            {
                var accepting = AcceptAsync(token);
                inARow = accepting.IsCompleted ? inARow + 1 : 0;
                if (await accepting.ConfigureAwait(false) is { } stream)
                    await pipeline.Intake.TakeAsync(Address, stream).ConfigureAwait(false);
                // The kernel's queue may be full of clients that are turned away: others must have their turn on this thread.
                // Not without need: a thread of the pool that wakes up looks for more work for a while, and takes the core from the loop.
                if (inARow == MostInATurn)
                {
                    inARow = 0;
                    await Task.Yield();
                }
            }

            if (_isDraining)
                await DrainAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // An accept that a close has ended is no failure.
            if (_accepts)
                failed(exception as ConnectionException ?? Failure(exception));
        }
        finally
        {
            _ended.TrySetResult();
        }
    }

    /// <summary>Calls off an accept that waits. The loop looks again whether it may accept.</summary>
    public void Withdraw()
    {
        try
        {
            // At once: a client that comes after this call is left to the kernel.
            Interlocked.Exchange(ref _wait, Unwatched.NewSource()).Cancel();
        }
        catch (AggregateException exception)
        {
            NetAsyncEventSource.Log.CallbackFailed(exception.ToString());
        }
    }

    /// <summary>Accepts no more. A client that is being accepted is still taken.</summary>
    /// <param name="drains">Takes first what waits in the kernel, unless it is another process's too.</param>
    public void End(bool drains)
    {
        _isDraining = drains && !listener.IsShared;
        _accepts = false;
        Withdraw();
    }

    /// <summary>Closes the listener and takes its file away.</summary>
    public void Close()
    {
        _accepts = false;
        if (Interlocked.Exchange(ref _closed, 1) == 0)
            Close(listener);
    }

    /// <summary>Closes a listener and takes its file away.</summary>
    public static void Close(TransportListener listener)
    {
        if (listener.IsShared)
        {
            listener.CloseShared();
            return;
        }

        // While the socket still exists, its file cannot be mistaken for another.
        listener.SocketFile?.Remove();
        listener.Close();
    }

    // Until a client may be accepted; null when the loop ends. The token is taken first: what forbids the accept after that cancels it.
    private async ValueTask<CancellationToken?> WaitAsync()
    {
        while (_accepts)
        {
            var token = Volatile.Read(ref _wait).Token;
            // The end may have cancelled the token before this one.
            if (!_accepts)
                return null;
            if (!await pipeline.Demand.WaitAsync().ConfigureAwait(false))
                return null;
            var (room, upgrades) = (pipeline.Limit.RoomAsync(), pipeline.Upgrades.RoomAsync());
            if (room.IsCompleted && upgrades.IsCompleted)
                return token;
            await room.ConfigureAwait(false);
            await upgrades.ConfigureAwait(false);
        }

        return null;
    }

    private async ValueTask<TransportStream?> AcceptAsync(CancellationToken token)
    {
        if (token.IsCancellationRequested)
            return null;
        SocketException error;
        try
        {
            var stream = await listener.AcceptAsync(token).ConfigureAwait(false)
                ?? throw new InvalidOperationException($"{listener.GetType().Name} returned null instead of a stream.");
            if (!stream.UsesReservedDescriptor)
            {
                _pause.OnAccepted();
                return stream;
            }

            error = _pause.TurnAway(stream);
        }
        catch (SocketException exception) when (Volatile.Read(ref _closed) == 0)
        {
            error = exception;
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            // Withdrawn: the clients are left to the kernel.
            return null;
        }

        await HandleAsync(error, token).ConfigureAwait(false);
        return null;
    }

    private ConnectionException Failure(Exception exception) =>
        new(ConnectionError.Unknown, $"Accepting on {NetEndPoint.Format(Address.EndPoint)} failed: {exception.Message.TrimEnd('.')}.", Address.EndPoint, exception);

    // Whatever the error is, the next accept will meet it again where this one was called off.
    private async ValueTask HandleAsync(SocketException exception, CancellationToken token)
    {
        if (ServerTelemetry.AcceptErrors.Enabled)
            ServerTelemetry.AcceptErrors.Count(1, Address.TagsWith("error.type", exception.ToConnectionError().ToString()));
        if (token.IsCancellationRequested)
            return;
        if (!exception.IsShortage() && !exception.IsTroubleOfOneConnection())
            throw SocketErrors.Failure("accept on", Address.EndPoint, exception);
        _isPausing = true;
        var pause = exception.IsShortage() ? _pause.ShortageAsync(exception, token) : _pause.TroubleAsync(token);
        await pause.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _isPausing = false;
    }

    // Takes the clients that wait in the kernel already: until an accept would have to wait, and no more than may have waited.
    private async Task DrainAsync()
    {
        await Task.Yield();
        var source = Unwatched.NewSource();
        for (var taken = 0; taken < pipeline.Options.Listener.Backlog && !source.IsCancellationRequested; taken++)
        {
            if (taken % MostInATurn == MostInATurn - 1)
                await Task.Yield();
            var accepting = AcceptAsync(source.Token);
            // An accept that waits although a client is in the queue ends soon: only its event is late. A pause is no such wait.
            if (!accepting.IsCompleted && (_isPausing || !listener.HasClient))
                source.CancelWithoutWaiting();
            if (await accepting.ConfigureAwait(false) is { } stream)
                await pipeline.Intake.TakeAsync(Address, stream).ConfigureAwait(false);
        }
    }
}
