namespace Net.Async;

public abstract partial class Connection
{
    private const int NotHeld = 0, Held = 1, Ended = 2;

    private IdleWatch? _idle;
    private Dictionary<object, object?>? _items;
    private int _hold;

    /// <summary>How long no byte may move, either way, before <see cref="WaitForIdleAsync"/> returns. It does not close the connection. Setting it begins a new idle period, also while a call waits.</summary>
    /// <value>Default: <see cref="ConnectionOptions.IdlePeriod"/>; null switches it off; 1 ms to one day.</value>
    /// <remarks>A byte counts when the kernel hands it over or takes it: a peer's bytes that no code reads are not seen.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside its bounds.</exception>
    public TimeSpan? IdlePeriod
    {
        get => _idle?.Timeout;
        set
        {
            var time = TimeBounds.Check(value, nameof(IdlePeriod));
            if (time is not null || _idle is not null)
                Idle.Timeout = time;
        }
    }

    /// <summary>How long one read may wait for bytes. Then it fails with <see cref="ConnectionError.TimedOut"/>; the connection stays open, no byte is lost, and another read may follow.</summary>
    /// <value>Default: <see cref="ConnectionOptions.ReadTimeout"/>; null is without a limit; 1 ms to one day. A change applies to the next read.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside its bounds.</exception>
    public abstract TimeSpan? ReadTimeout { get; set; }

    /// <summary>Keeps the process alive while this connection is open, as a foreground thread would.</summary>
    /// <value>Default: false; false once it has ended.</value>
    public bool KeepProcessAlive
    {
        get => Volatile.Read(ref _hold) == Held;
        set
        {
            if (!value)
            {
                if (Interlocked.CompareExchange(ref _hold, NotHeld, Held) == Held)
                    ProcessHold.Leave();
                return;
            }

            // Held before it is known: its end, at the same moment, lets go of no more than was held.
            ProcessHold.Enter();
            if (CloseReason is not null || Interlocked.CompareExchange(ref _hold, Held, NotHeld) != NotHeld)
                ProcessHold.Leave();
        }
    }

    /// <summary>Values that an application attaches to the connection. The dictionary is made on first use, and is not safe for several threads at once.</summary>
    public IDictionary<object, object?> Items => _items ?? Interlocked.CompareExchange(ref _items, [], null) ?? _items;

    /// <summary>The clock of the idle time-out.</summary>
    private protected abstract TimeProvider TimeProvider { get; }

    private IdleWatch Idle => _idle ?? Interlocked.CompareExchange(ref _idle, new IdleWatch(TimerQueue.Of(TimeProvider), IdleFailure), null) ?? _idle;

    /// <summary>Waits until no byte has moved, either way, for <see cref="IdlePeriod"/>. Each idle period is reported once: after a byte the next one counts.</summary>
    /// <remarks>When the period is already over at the call, it returns at once. Several calls may wait; all of them return.</remarks>
    /// <param name="cancellationToken">Ends this wait.</param>
    /// <exception cref="InvalidOperationException"><see cref="IdlePeriod"/> is null.</exception>
    /// <exception cref="ConnectionException">The connection has ended.</exception>
    public Task WaitForIdleAsync(CancellationToken cancellationToken = default) => Idle.WaitAsync(cancellationToken);

    private ConnectionException? IdleFailure() => CloseReason switch
    {
        null => Volatile.Read(ref _hold) == Ended ? new ConnectionException(ConnectionError.Closed, $"The connection {this} is closed.", RemoteEndPoint) : null,
        { Error: { } error } reason => new ConnectionException(error, $"The connection {this} has ended.", RemoteEndPoint, reason.Exception),
        _ => new ConnectionException(ConnectionError.Closed, $"The connection {this} is closed.", RemoteEndPoint),
    };

    /// <summary>A byte has moved, either way.</summary>
    private protected void OnActivity() => _idle?.OnByte();

    /// <summary>The connection has ended, and <see cref="CloseReason"/> says why. Calls that wait for idleness end, and the process is no longer kept alive.</summary>
    private protected void OnEnded()
    {
        if (Interlocked.Exchange(ref _hold, Ended) == Held)
            ProcessHold.Leave();
        _idle?.End();
    }
}
