using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>What the proxy is asked for: the end point as it is, or, with a policy, the addresses behind it that the policy allows.</summary>
internal sealed class ProxyTargets(ProxyConnectorOptions options)
{
    /// <summary>Looks up and judges.</summary>
    /// <returns>At least one, in the order to ask for them.</returns>
    /// <exception cref="ConnectionException">The policy denies it, or the name could not be looked up.</exception>
    public async ValueTask<IReadOnlyList<EndPoint>> FindAsync(ProxyRun run, CancellationToken cancellationToken)
    {
        if (options.Policy is not { } policy)
            return [run.EndPoint];
        var name = run.EndPoint as DnsEndPoint;
        // The proxy's translators are not known here; a policy knows those that it names.
        var gate = new PolicyGate(policy, name?.Host, nat64: null);
        var found = name is null ? [run.EndPoint] : await LookUpAsync(run, name, cancellationToken).ConfigureAwait(false);
        var allowed = new List<EndPoint>();
        var denied = 0;
        foreach (var target in found)
        {
            var decision = gate.Judge(target);
            if (decision.IsAllowed)
                allowed.Add(target);
            else if (++denied <= options.MaxAddresses)
                run.Tell(ConnectEventKind.AttemptDenied, target, PolicyGate.Denial(target, decision));
        }

        if (allowed.Count == 0 || (denied > 0 && gate.DeniesWholeAnswer))
            throw ConnectFailure.Denied(run.EndPoint);
        return allowed.Count > options.MaxAddresses ? allowed[..options.MaxAddresses] : allowed;
    }

    private async ValueTask<EndPoint[]> LookUpAsync(ProxyRun run, DnsEndPoint name, CancellationToken cancellationToken)
    {
        run.Tell(ConnectEventKind.LookupStarted, null, null, name.AddressFamily);
        try
        {
            var addresses = LocalAddresses(name) ?? await options.Resolver.ResolveAsync(name.Host, name.AddressFamily, cancellationToken).ConfigureAwait(false);
            run.Tell(ConnectEventKind.LookupFinished, null, null, name.AddressFamily);
            EndPoint[] targets = [.. addresses.Select(static address => address.Fold()).Distinct().Select(address => new IPEndPoint(address, name.Port))];
            return targets.Length > 0 ? targets : throw SocketErrors.Failure("resolve", name, new SocketException((int)SocketError.HostNotFound));
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            run.Tell(ConnectEventKind.LookupFinished, null, exception, name.AddressFamily);
            if (exception is ConnectionException)
                throw;
            // Whatever a resolver throws is a failed look-up.
            throw new ConnectionException(ConnectionError.LookupFailed, $"Could not resolve {NetEndPoint.Format(name)}: {exception.Message.TrimEnd('.')}.", name, exception);
        }
    }

    private static IReadOnlyList<IPAddress>? LocalAddresses(DnsEndPoint name)
    {
        AddressFamily[] families = name.AddressFamily == AddressFamily.Unspecified ? [AddressFamily.InterNetwork, AddressFamily.InterNetworkV6] : [name.AddressFamily];
        return LocalNames.AddressesOf(name.Host, families[0]) is null ? null : [.. families.SelectMany(family => LocalNames.AddressesOf(name.Host, family)!)];
    }
}
