namespace Net.Async;

/// <summary>What goes with a connection's life: idleness, its hold on the process, what users attach.</summary>
public abstract partial class Connection
{
    private const int Free = 0, Holding = 1, Over = 2;

    private IdleWatch? _idle;
    private Dictionary<object, object?>? _items;
    private int _hold;

    /// <summary>How long no byte may move, either way, before <see cref="WaitForIdleAsync"/> says so. It ends nothing by itself. Setting it begins a new idle period, also while somebody waits.</summary>
    /// <value>Default: <see cref="ConnectionOptions.IdlePeriod"/>; null switches it off; 1 ms to one day.</value>
    /// <remarks>A byte counts when the kernel hands it over or takes it: a peer's bytes that nobody reads are not seen.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside its bounds.</exception>
    public TimeSpan? IdlePeriod
    {
        get => _idle?.Timeout;
        set
        {
            if (value is { } time)
                TimeBounds.Check(time, nameof(IdlePeriod));
            if (value is not null || _idle is not null)
                Idle.Timeout = value;
        }
    }

    /// <summary>How long one read may wait for bytes. Then it fails with <see cref="ConnectionError.TimedOut"/>; the connection goes on, no byte is lost, and another read may follow.</summary>
    /// <value>Default: <see cref="ConnectionOptions.ReadTimeout"/>; null is without a limit; 1 ms to one day. A change counts from the next read on.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside its bounds.</exception>
    /// <exception cref="NotSupportedException">The transport has no such limit.</exception>
    public virtual TimeSpan? ReadTimeout
    {
        get => null;
        set => throw Unsupported(nameof(ReadTimeout));
    }

    /// <summary>Keeps the process alive while this connection lives, as a foreground thread would.</summary>
    /// <value>Default: false; false once it has ended.</value>
    public bool KeepProcessAlive
    {
        get => Volatile.Read(ref _hold) == Holding;
        set
        {
            if (!value)
            {
                if (Interlocked.CompareExchange(ref _hold, Free, Holding) == Holding)
                    ProcessHold.Leave();
                return;
            }

            // Held before it is known: its end, at the same moment, lets go of no more than was held.
            ProcessHold.Enter();
            if (CloseReason is not null || Interlocked.CompareExchange(ref _hold, Holding, Free) != Free)
                ProcessHold.Leave();
        }
    }

    /// <summary>Whatever users attach; made on first use. Not for several threads at once.</summary>
    public IDictionary<object, object?> Items => _items ?? Interlocked.CompareExchange(ref _items, [], null) ?? _items;

    /// <summary>The clock of the idle time-out.</summary>
    protected virtual TimeProvider TimeProvider => TimeProvider.System;

    private IdleWatch Idle => _idle ?? Interlocked.CompareExchange(ref _idle, new IdleWatch(TimerQueue.Of(TimeProvider), IdleFailure), null) ?? _idle;

    /// <summary>Waits until no byte has moved, either way, for <see cref="IdlePeriod"/>. Each idle period is reported once: after a byte the next one counts.</summary>
    /// <remarks>A period that is over the limit when this is called is told of at once. Several may wait; all are told.</remarks>
    /// <param name="cancellationToken">Ends this wait.</param>
    /// <exception cref="InvalidOperationException"><see cref="IdlePeriod"/> is null.</exception>
    /// <exception cref="ConnectionException">The connection has ended.</exception>
    public Task WaitForIdleAsync(CancellationToken cancellationToken = default) => Idle.WaitAsync(cancellationToken);

    private ConnectionException? IdleFailure() => CloseReason switch
    {
        null => Volatile.Read(ref _hold) == Over ? new ConnectionException(ConnectionError.Closed, $"The connection {this} is closed.", RemoteEndPoint) : null,
        { Error: { } error } reason => new ConnectionException(error, $"The connection {this} has ended.", RemoteEndPoint, reason.Exception),
        _ => new ConnectionException(ConnectionError.Closed, $"The connection {this} is closed.", RemoteEndPoint),
    };

    /// <summary>For transports: a byte has moved, either way.</summary>
    protected void NoteActivity() => _idle?.OnByte();

    /// <summary>For transports: the connection has ended, and <see cref="CloseReason"/> says why. Whoever waits for idleness hears it, and the process is let go of.</summary>
    protected void NoteEnded()
    {
        if (Interlocked.Exchange(ref _hold, Over) == Holding)
            ProcessHold.Leave();
        _idle?.End();
    }
}
