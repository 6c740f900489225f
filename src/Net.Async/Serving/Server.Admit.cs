using System.Net;
using System.Runtime.CompilerServices;

namespace Net.Async;

public abstract partial class Server
{
    private long _denied;
    private long _dropped;
    private ServerAddress? _address;

    /// <summary>How many peers <see cref="ServerOptions.Policy"/> has denied so far.</summary>
    public long Denied => Interlocked.Read(ref _denied);

    /// <summary>How many clients were turned away so far because the server was full (<see cref="WhenFull.Drop"/>).</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Peers are judged, and turned away, before a connection is made for them.</summary>
    private protected virtual bool JudgesBeforehand => false;

    /// <summary>The address where the last accepted connection came in.</summary>
    private protected virtual ServerAddress LastAddress => _address ??= new ServerAddress(LocalEndPoint);

    /// <summary>Nobody is judged: a peer's address is not asked for.</summary>
    private protected bool AllowsAll => ReferenceEquals(Options.Policy, ConnectionPolicy.AllowAll);

    /// <summary>Whether the policy lets the peer in; a denial is counted and noticed here. The policy goes first: whoever it denies is no drop.</summary>
    private protected bool Admits(ServerAddress address, EndPoint? peer)
    {
        var decision = Judge(address.EndPoint, peer);
        if (decision.IsAllowed)
            return true;
        Interlocked.Increment(ref _denied);
        ServerTelemetry.Denied.Count(1, address.Tags);
        if (NetAsyncEventSource.Log.IsEnabled())
            NetAsyncEventSource.Log.PeerDenied(NetEndPoint.Format(address.EndPoint), peer is null ? "?" : NetEndPoint.Format(peer), decision.ToString());
        return false;
    }

    /// <summary>Counts a client that there was no room for, and tells of it.</summary>
    private protected void NoteDrop(ServerAddress address, EndPoint? local, EndPoint? peer)
    {
        Interlocked.Increment(ref _dropped);
        ServerTelemetry.Dropped.Count(1, address.Tags);
        if (NetAsyncEventSource.Log.IsEnabled())
            NetAsyncEventSource.Log.ClientDropped(NetEndPoint.Format(address.EndPoint), peer is null ? "?" : NetEndPoint.Format(peer));
        try
        {
            Options.OnDropped?.Invoke(new DroppedConnection(local ?? address.EndPoint, peer));
        }
        catch (Exception exception)
        {
            NetAsyncEventSource.Log.DropCallbackFailed(exception.ToString());
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Connection> AcceptAndRegisterAsync()
    {
        while (true)
        {
            await WaitForRoomAsync().ConfigureAwait(false);
            var connection = await AcceptOneAsync(_calledOff.Token).ConfigureAwait(false);
            if (JudgesBeforehand || await LetsInAsync(connection).ConfigureAwait(false))
            {
                Register(connection, LastAddress);
                return connection;
            }

            connection.Abort();
        }
    }

    private async ValueTask<bool> LetsInAsync(Connection connection)
    {
        if (!AllowsAll && !Admits(LastAddress, connection.RemoteEndPoint))
            return false;
        if (await HasRoomAsync().ConfigureAwait(false))
            return true;
        NoteDrop(LastAddress, connection.LocalEndPoint, connection.RemoteEndPoint);
        return false;
    }

    private PolicyDecision Judge(EndPoint address, EndPoint? peer) => address is IPEndPoint
        // A peer that has reset already has no address any more: it is not let in unseen.
        ? peer is null ? PolicyDecision.Deny("an unknown address") : Options.Policy.Judge(new ConnectionCandidate(peer.Fold(), ConnectionDirection.Inbound))
        : Options.Policy.Judge(new ConnectionCandidate(address, ConnectionDirection.Inbound));
}
