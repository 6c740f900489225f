using System.Net;

namespace Net.Async;

public abstract partial class Server
{
    private long _denied;

    /// <summary>How many peers <see cref="ServerOptions.Policy"/> has denied so far.</summary>
    public long Denied => Interlocked.Read(ref _denied);

    /// <summary>Peers are judged before a connection is made for them.</summary>
    private protected virtual bool JudgesBeforehand => false;

    /// <summary>Whether the policy lets the peer in; a denial is counted and noticed here.</summary>
    private protected bool Admits(EndPoint? peer)
    {
        if (ReferenceEquals(Options.Policy, ConnectionPolicy.AllowAll))
            return true;
        var decision = Judge(peer);
        if (decision.IsAllowed)
            return true;
        Interlocked.Increment(ref _denied);
        ServerTelemetry.Denied.Add(1);
        if (NetAsyncEventSource.Log.IsEnabled())
            NetAsyncEventSource.Log.PeerDenied(NetEndPoint.Format(LocalEndPoint), peer is null ? "?" : NetEndPoint.Format(peer), decision.ToString());
        return false;
    }

    private PolicyDecision Judge(EndPoint? peer) => LocalEndPoint is IPEndPoint
        // A peer that has reset already has no address any more: it is not let in unseen.
        ? peer is null ? PolicyDecision.Deny("an unknown address") : Options.Policy.Judge(new ConnectionCandidate(peer.Fold(), ConnectionDirection.Inbound))
        : Options.Policy.Judge(new ConnectionCandidate(LocalEndPoint, ConnectionDirection.Inbound));
}
