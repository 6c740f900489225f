using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>What a look-up brought: addresses that may be tried, and what went wrong.</summary>
/// <param name="Addresses">Allowed ones.</param>
/// <param name="Error">Null when the resolver answered.</param>
/// <param name="Denied">How many the policy denies.</param>
internal sealed record RaceAnswer(IReadOnlyList<IPAddress> Addresses, Exception? Error, int Denied);

/// <summary>The look-ups of one connect, from the resolver's answer to addresses that may be tried.</summary>
internal sealed class RaceLookups(HappyEyeballsOptions options, RaceTarget target, RaceJournal journal, Reach reach, Nat64 nat64, PolicyGate gate)
{
    private readonly HashSet<IPAddress> _dialled = [];

    /// <summary>Looks one family up. Never throws: a family's failure is no error while the other may answer.</summary>
    public async Task<RaceAnswer> AskAsync(AddressFamily family, CancellationToken cancellationToken)
    {
        var since = journal.Now;
        IReadOnlyList<IPAddress> addresses = [];
        Exception? error = null;
        journal.LookupStarted(family);
        try
        {
            addresses = await ResolveAsync(family, cancellationToken).ConfigureAwait(false);
            // IPv6 is reached without a translator, but may lead to IPv4 through one: a policy is asked about both.
            if (addresses.Count > 0 && nat64.IsNeeded && (family == AddressFamily.InterNetwork ? addresses.All(HasNoWay) : !gate.IsOpen))
                reach.Prefixes = await nat64.FindAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // Whatever a resolver throws ends its look-up only.
            error = exception;
        }

        if (!cancellationToken.IsCancellationRequested)
            journal.LookupFinished(family, addresses, since, error);
        var allowed = Allowed(addresses, out var denied);
        return new RaceAnswer(allowed, error, denied);
    }

    private bool HasNoWay(IPAddress address) => reach.SourceFor(address) is null;

    private async ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(AddressFamily family, CancellationToken cancellationToken)
    {
        if (target.Literal is { } literal)
            return [literal];
        var answer = LocalNames.AddressesOf(target.Name.Host, family)
            ?? await options.Resolver.ResolveAsync(target.Name.Host, family, cancellationToken).ConfigureAwait(false)
            ?? [];
        // What is of another family than was asked for, mapped addresses included, is no answer.
        return [.. answer.Where(address => address is not null && address.Fold().AddressFamily == family)];
    }

    private List<IPAddress> Allowed(IReadOnlyList<IPAddress> addresses, out int denied)
    {
        denied = 0;
        var allowed = new List<IPAddress>(Math.Min(addresses.Count, options.MaxAddresses));
        foreach (var address in addresses)
        {
            var candidate = reach.Behind(address.Fold());
            var decision = gate.Judge(target.At(reach.ToDial(candidate)));
            if (decision.IsAllowed && IsNew(candidate))
                allowed.Add(candidate);
            else if (!decision.IsAllowed && denied++ < options.MaxAddresses)
                journal.Denied(target.At(candidate), decision);
            // A long answer is judged whole only where one denied address denies them all.
            if (allowed.Count == options.MaxAddresses && !gate.DeniesMixedAnswers)
                break;
        }

        return allowed;
    }

    // DNS64 and A may name the same server twice, once as the translator's address.
    private bool IsNew(IPAddress candidate)
    {
        lock (_dialled)
            return _dialled.Add(reach.ToDial(candidate));
    }
}
