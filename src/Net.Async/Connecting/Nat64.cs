using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>The way to IPv4 from a network that has only IPv6: the translator's prefixes, configured or found (RFC 7050).</summary>
internal sealed class Nat64(HappyEyeballsOptions options, Connectivity connectivity, Func<long> epoch)
{
    private const string WellKnownName = "ipv4only.arpa";
    private const int Key = 0;

    private readonly List<Nat64Prefix> _configured = [.. options.Addresses.Nat64Prefixes.Select(static network => new Nat64Prefix(network))];
    private readonly RecentMap<int, IReadOnlyList<Nat64Prefix>> _found = new(1, options.Memory.OutcomeLifetime, options.TimeProvider, epoch);

    /// <summary>Whether IPv4 is reached through a translator, if at all: there is no route for it, and one for IPv6.</summary>
    public bool IsNeeded => (_configured.Count > 0 || options.Addresses.DiscoverNat64)
        && !connectivity.Has(AddressFamily.InterNetwork) && connectivity.Has(AddressFamily.InterNetworkV6);

    /// <summary>The prefixes known now, without asking anybody.</summary>
    public IReadOnlyList<Nat64Prefix> Known => _configured.Count > 0 ? _configured
        : options.Addresses.DiscoverNat64 && _found.Count > 0 && _found.TryGet(Key, out var found) ? found
        : [];

    /// <summary>The prefixes; asks the resolver when none are configured and it was not asked lately.</summary>
    public async ValueTask<IReadOnlyList<Nat64Prefix>> FindAsync(CancellationToken cancellationToken)
    {
        if (Known is { Count: > 0 } known || _found.TryGet(Key, out known))
            return known;
        IReadOnlyList<Nat64Prefix> found = [];
        try
        {
            found = [.. Nat64Prefix.FoundIn(await options.Resolver.ResolveAsync(WellKnownName, AddressFamily.InterNetworkV6, cancellationToken).ConfigureAwait(false))];
        }
        catch (ConnectionException exception) when (exception.Error == ConnectionError.HostNotFound)
        {
            // A network without a translator has no answer to this: the IPv4 address fails by its own missing route.
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // No resolver answered: the next connect asks again.
            return found;
        }

        _found.Set(Key, found);
        return found;
    }
}
