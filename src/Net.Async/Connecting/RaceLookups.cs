using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>What a look-up brought: addresses that may be tried, and what went wrong.</summary>
/// <param name="Addresses">Allowed ones.</param>
/// <param name="Error">Null when the resolver answered.</param>
/// <param name="Denied">How many the policy denies.</param>
internal sealed record RaceAnswer(IReadOnlyList<IPAddress> Addresses, Exception? Error, int Denied)
{
    /// <summary>The denied ones, as many as are listed.</summary>
    public IReadOnlyList<IPAddress> DeniedAddresses { get; init; } = [];

    /// <summary>Allowed ones that are no answer: of another family than was asked for, IPv4-mapped ones for IPv6 included.</summary>
    public IReadOnlyList<IPAddress> Foreign { get; init; } = [];
}

/// <summary>The look-ups of one connect, from the resolver's answer to addresses that may be tried.</summary>
internal sealed class RaceLookups(HappyEyeballsOptions options, RaceTarget target, RaceJournal journal, Reach reach, Nat64 nat64, PolicyGate gate)
{
    private readonly HashSet<IPAddress> _dialled = [];

    /// <summary>Looks one family up. Never throws: a family's failure is no error while the other may answer.</summary>
    public async Task<RaceAnswer> AskAsync(AddressFamily family, CancellationToken cancellationToken)
    {
        var since = journal.Now;
        List<IPAddress> addresses = [], foreign = [];
        Exception? error = null;
        journal.LookupStarted(family);
        try
        {
            foreach (var address in await ResolveAsync(family, cancellationToken).ConfigureAwait(false))
                (address.Fold().AddressFamily == family ? addresses : foreign).Add(address);
            // IPv6 is reached without a translator, but may lead to IPv4 through one: a policy is asked about both.
            if (addresses.Count > 0 && nat64.IsNeeded && (family == AddressFamily.InterNetwork ? addresses.TrueForAll(HasNoWay) : !gate.IsOpen))
                reach.Prefixes = await nat64.FindAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // Whatever a resolver throws ends its look-up only.
            error = exception;
        }

        if (!cancellationToken.IsCancellationRequested)
            journal.LookupFinished(family, addresses, since, error);
        return Judged(addresses, foreign, error);
    }

    private bool HasNoWay(IPAddress address) => reach.SourceFor(address) is null;

    private async ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(AddressFamily family, CancellationToken cancellationToken) =>
        LocalNames.AddressesOf(target.Name.Host, family) ?? await options.Resolver.ResolveAsync(target.Name.Host, family, cancellationToken).ConfigureAwait(false);

    private RaceAnswer Judged(List<IPAddress> addresses, List<IPAddress> foreign, Exception? error)
    {
        var allowed = new List<IPAddress>(Math.Min(addresses.Count, options.Addresses.MaxAddresses));
        List<IPAddress> denied = [], unusable = [];
        foreach (var address in addresses)
        {
            var candidate = reach.Behind(address.Fold());
            if (IsAllowed(candidate, denied) && IsNew(candidate))
                allowed.Add(candidate);
            // A long answer is judged whole only where one denied address denies them all.
            if (allowed.Count == options.Addresses.MaxAddresses && !gate.DeniesWholeAnswer)
                break;
        }

        // Not dialled, and judged all the same: a denied address is not to be read in an error.
        foreach (var address in foreign.Take(options.Addresses.MaxAddresses))
        {
            if (IsAllowed(address.Fold(), denied))
                unusable.Add(address);
        }

        return new RaceAnswer(allowed, error, denied.Count) { DeniedAddresses = denied, Foreign = unusable };
    }

    // As many denied ones are kept and told as may be listed.
    private bool IsAllowed(IPAddress candidate, List<IPAddress> denied)
    {
        var decision = gate.Judge(target.At(reach.ToDial(candidate)));
        if (decision.IsAllowed || denied.Count == options.Addresses.MaxAddresses)
            return decision.IsAllowed;
        denied.Add(candidate);
        journal.Denied(target.At(candidate), decision);
        return false;
    }

    // DNS64 and A may name the same server twice, once as the translator's address.
    private bool IsNew(IPAddress candidate)
    {
        lock (_dialled)
            return _dialled.Add(reach.ToDial(candidate));
    }
}
