using System.Net;
using System.Runtime.CompilerServices;

namespace Net.Async;

/// <summary>A server over listeners of the engine: one, or several as one.</summary>
internal sealed class TransportServer : Server
{
    private const int TurnedAwayInARow = 64;

    private readonly Doors _doors;
    private ServerAddress _lastAddress;

    /// <summary>Takes listeners that are bound, at least one. They are the server's from here on.</summary>
    public TransportServer(IReadOnlyList<TransportListener> listeners, ServerOptions options)
        : base(options)
    {
        Listeners = listeners;
        _doors = new Doors([.. listeners.Select(listener => new Door(listener, options.Connection.TimeProvider))]);
        _lastAddress = _doors.First.Address;
        LocalEndPoints = [.. _doors.All.Select(static door => door.Address.EndPoint)];
    }

    /// <summary>To pass on.</summary>
    public IReadOnlyList<TransportListener> Listeners { get; }

    public override EndPoint LocalEndPoint => LocalEndPoints[0];

    public override IReadOnlyList<EndPoint> LocalEndPoints { get; }

    protected override void StartListening()
    {
        foreach (var door in _doors.All)
            door.Start(Options.Backlog);
    }

    protected override void StopListening() => _doors.Dispose();

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    protected override async ValueTask<Connection> AcceptOneAsync(CancellationToken cancellationToken)
    {
        for (var turnedAway = 0; ;)
        {
            var (door, stream) = await _doors.AcceptAsync(cancellationToken).ConfigureAwait(false);
            // One client's transport that throws must not end the listening.
            var guarded = GuardedTransport.Over(stream);
            if (!AllowsAll && !Admits(door.Address, guarded.RemoteEndPoint))
                TurnAway(guarded, Options.ResetDenied);
            else if (!await HasRoomAsync().ConfigureAwait(false))
                Drop(door, guarded);
            else if (TryConnect(door, stream) is { } connection)
                return connection;
            // The kernel's queue may be full of them: whoever waits must be heard meanwhile.
            if (++turnedAway % TurnedAwayInARow == 0)
                await Task.Yield();
        }
    }

    private protected override bool IsShared => Listeners.Any(static listener => listener.IsShared);

    private protected override bool JudgesBeforehand => true;

    private protected override ServerAddress LastAddress => _lastAddress;

    private protected override ValueTask WithdrawAsync() => _doors.WithdrawAsync();

    private protected override void FollowUntilClosed(Connection connection) => ((StreamConnection)connection).Start();

    // What the user's options do to the stream may fail: that is the trouble of one client, which is reset.
    private StreamConnection? TryConnect(Door door, TransportStream stream)
    {
        _lastAddress = door.Address;
        try
        {
            return new StreamConnection(stream, Options.Connection, this);
        }
        catch (Exception exception)
        {
            NetAsyncEventSource.Log.CallbackFailed(exception.ToString());
            return null;
        }
    }

    private void Drop(Door door, TransportStream stream)
    {
        NoteDrop(door.Address, stream.LocalEndPoint, stream.RemoteEndPoint);
        TurnAway(stream, Options.ResetDropped);
    }

    private static void TurnAway(TransportStream stream, bool reset)
    {
        if (reset)
            stream.Reset();
        else
            stream.Close();
    }
}
