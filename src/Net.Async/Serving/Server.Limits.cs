namespace Net.Async;

public abstract partial class Server
{
    private const int NoLimit = -1;

    private volatile int _mostConnections;
    private volatile WhenFull _whenFull;
    private TaskCompletionSource? _roomMade;
    private int _connectionCount;

    /// <summary>How many connections may live at a time; a lower value than there are ends none of them. May change at any time.</summary>
    /// <value>Starts as <see cref="ServerOptions.MaxConnections"/>; null for no limit; 0 lets nobody in.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int? MaxConnections
    {
        get => _mostConnections is NoLimit ? null : _mostConnections;
        set
        {
            _mostConnections = ServerOptions.CheckLimit(value, nameof(MaxConnections)) ?? NoLimit;
            TellIfRoom();
        }
    }

    /// <summary>What becomes of clients while there are <see cref="MaxConnections"/>. May change at any time.</summary>
    /// <value>Starts as <see cref="ServerOptions.WhenFull"/>.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is none of the two.</exception>
    public WhenFull WhenFull
    {
        get => _whenFull;
        set
        {
            _whenFull = ServerOptions.CheckWhenFull(value, nameof(WhenFull));
            TellIfRoom();
        }
    }

    /// <summary>How many connections live: accepted here, and not closed yet.</summary>
    public int ConnectionCount => Volatile.Read(ref _connectionCount);

    private bool IsFull => _mostConnections is var most and not NoLimit && ConnectionCount >= most;

    private bool IsLeaving => _stopped || _calledOff.IsCancellationRequested;

    private bool MustWait => IsFull && _whenFull == WhenFull.Wait;

    /// <summary>Waits at the addresses no more: clients are left to the kernel, or to other servers that share it.</summary>
    private protected virtual ValueTask WithdrawAsync() => default;

    /// <summary>Whether there is room for one that was accepted; one that came just when the limit was lowered waits here for its place.</summary>
    private protected async ValueTask<bool> HasRoomAsync()
    {
        while (MustWait)
        {
            // A stop makes room, too: then the connection is turned away as all that come too late.
            if (RoomMade() is not { } room)
                return true;
            await WithdrawAsync().ConfigureAwait(false);
            await room.ConfigureAwait(false);
        }

        return !IsFull;
    }

    private async ValueTask WaitForRoomAsync()
    {
        while (MustWait && RoomMade() is { } room)
        {
            await WithdrawAsync().ConfigureAwait(false);
            await room.ConfigureAwait(false);
        }
    }

    // Null when there is nothing to wait for.
    private Task? RoomMade()
    {
        lock (_lock)
            return IsLeaving || !MustWait ? null : (_roomMade ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
    }

    private void TellIfRoom()
    {
        TaskCompletionSource? roomMade;
        lock (_lock)
        {
            if (!IsLeaving && MustWait)
                return;
            (roomMade, _roomMade) = (_roomMade, null);
        }

        roomMade?.TrySetResult();
    }
}
