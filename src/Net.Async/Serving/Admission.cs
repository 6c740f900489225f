using System.Net;

namespace Net.Async;

/// <summary>Who is let in: the policy first, on the peer's own address, then the limits. A client that the policy denies is never a dropped one.</summary>
/// <param name="options">The server's options.</param>
/// <param name="limit">The places.</param>
/// <param name="notices">Gets clients that are turned away.</param>
/// <param name="stopping">Cancelled when the server stops: no client waits after that.</param>
internal sealed class Admission(ServerOptions options, ConnectionLimit limit, ServerNotices notices, CancellationToken stopping)
{
    private readonly AcceptRate? _rate = AcceptRate.Of(options.Limits, options.Connection.TimeProvider);
    private readonly NetworkLimits? _networks = NetworkLimits.Of(options.Limits);

    /// <summary>Whether the policy lets the peer in; a client that it denies is turned away here.</summary>
    public bool TryAllow(Client client)
    {
        // A policy that allows all is not asked: the peer's address is not needed.
        if (options.Policy.AllowsAll)
            return true;
        var peer = client.Stream.RemoteEndPoint;
        var decision = Judge(client.Address.EndPoint, peer);
        if (decision.IsAllowed)
            return true;
        notices.OnDenied(client.Address, peer, decision);
        client.TurnAway(options.DenyWithReset);
        return false;
    }

    /// <summary>Takes a place for the client; null: it was turned away.</summary>
    /// <remarks>
    /// A client that came just when the limit was lowered waits here for its place, where clients wait.
    /// The rate is asked last: clients of an address that has its share are dropped without a part of the rate, which is for the others.
    /// </remarks>
    public async ValueTask<Place?> TakePlaceAsync(Client client)
    {
        while (!limit.TryTake(out var freed))
        {
            if (freed is null)
                return Drop(client, ConnectionLimitKind.MaxConnections);
            await freed.ConfigureAwait(false);
        }

        if (!TryTakeAddress(client, out var limited))
            return null;
        var place = new Place(null, limited);
        // Once no accept begins any more, what was taken already is let in.
        while (_rate is not null && !_rate.TryTake(out var wait) && !limit.HasEnded)
        {
            if (limit.FullMode == ServerFullMode.Drop)
            {
                Release(place);
                return Drop(client, ConnectionLimitKind.AcceptRate);
            }

            await Task.Delay(wait, options.Connection.TimeProvider, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return place;
    }

    /// <summary>After an upgrade: where it has named another peer, that one is judged and counted instead of the first. False: it was turned away, and its place is given back.</summary>
    public bool TryExchange(Client before, Client upgraded, ref Place place)
    {
        if (upgraded.Stream.RemoteEndPoint is not { } peer || peer.Equals(before.Stream.RemoteEndPoint))
            return true;
        _networks?.Release(place.Limited);
        place = place with { Limited = null };
        if (!TryAllow(upgraded))
        {
            limit.Release();
            return false;
        }

        if (!TryTakeAddress(upgraded, out var limited))
            return false;
        place = place with { Limited = limited };
        return true;
    }

    public void Release(Place place)
    {
        _networks?.Release(place.Limited);
        limit.Release();
    }

    // A client that is turned away has no place.
    private Place? Drop(Client client, ConnectionLimitKind kind)
    {
        notices.OnDropped(client, kind);
        if (!options.Limits.DropWithReset)
            client.Say(Farewell.Of(options.Limits.Farewell, kind));
        client.TurnAway(options.Limits.DropWithReset);
        return null;
    }

    private bool TryTakeAddress(Client client, out IPAddress? limited)
    {
        limited = _networks is null ? null : (client.Stream.RemoteEndPoint as IPEndPoint)?.Address.Fold();
        if (limited is null || _networks!.TryTake(limited) is not { } reached)
            return true;
        limit.Release();
        Drop(client, reached);
        return false;
    }

    private PolicyDecision Judge(EndPoint address, EndPoint? peer)
    {
        // At a path or a pipe the address is judged, unless an upgrade has named a peer.
        var judged = address is IPEndPoint || peer is IPEndPoint ? peer : address;
        // A peer that has reset already has no address any more: it is not let in unseen.
        return judged is null ? PolicyDecision.Deny("an unknown address") : options.Policy.Judge(new ConnectionCandidate(judged.Fold(), ConnectionDirection.Inbound));
    }
}
