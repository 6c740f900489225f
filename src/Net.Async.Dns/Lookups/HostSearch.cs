using System.Net.Sockets;

namespace Net.Async;

/// <summary>Finds one host: its name as it is and below the search domains, in the order and with the ends of glibc's res_nsearch.</summary>
/// <param name="lookups">Asks for absolute names.</param>
/// <param name="settings">The domains, and how few dots make a name a short one.</param>
/// <param name="family">The family that is wanted; unspecified for both.</param>
internal sealed class HostSearch(Lookups lookups, SystemSettings settings, AddressFamily family)
{
    private readonly List<Answer> _answers = [];
    private int _searched;
    private bool _isRootTried;

    /// <summary>The answer of the first name that has one.</summary>
    /// <remarks>The whole host decides: a name that has addresses of the other family ends the search too. Otherwise the families of one host might come from two names.</remarks>
    public async ValueTask<Answer> FindAsync(HostName host, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> domains = host.IsAbsolute ? [] : settings.Domains;
        var isAskedFirst = domains.Count == 0 || host.Dots >= settings.Ndots;
        if (isAskedFirst)
        {
            var (first, ends) = await AskAsync(host.Name, isLast: domains.Count == 0, cancellationToken).ConfigureAwait(false);
            if (ends || domains.Count == 0)
                return first;
        }

        foreach (var domain in domains)
        {
            if (Join(host, domain) is not { } name)
                break;
            _searched++;
            _isRootTried |= name == host.Name;
            var (answer, ends) = await AskAsync(name, isLast: false, cancellationToken).ConfigureAwait(false);
            if (ends || answer.Failure is { Kind: FailureKind.Unreachable })
                return answer;
            // SERVFAIL may be true of this name alone; what else failed would fail again.
            if (answer.CouldNotTell && answer.Failure is not { Kind: FailureKind.ServerFailure })
                break;
        }

        return isAskedFirst ? _answers[0] : await AskLastAsync(host, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<Answer> AskLastAsync(HostName host, CancellationToken cancellationToken)
    {
        var isTooShort = settings.NoTldQuery && host.Dots == 0 && _searched > 0;
        if (!isTooShort && !_isRootTried)
        {
            var (answer, ends) = await AskAsync(host.Name, isLast: true, cancellationToken).ConfigureAwait(false);
            if (ends)
                return answer;
        }

        return Verdict();
    }

    // The root in the list is the name as it is.
    private static string? Join(HostName host, string domain)
    {
        var bare = domain.StartsWith('.') ? domain[1..] : domain;
        return bare.Length == 0 ? host.Name : host.Below(bare);
    }

    private async ValueTask<(Answer Answer, bool EndsSearch)> AskAsync(string name, bool isLast, CancellationToken cancellationToken)
    {
        var answers = await PartsAsync(new Question(name, family), cancellationToken).ConfigureAwait(false);
        var answer = Together(answers);
        _answers.Add(answer);
        if (isLast || answer.EndsSearch || answer.Failure is not null || family == AddressFamily.Unspecified || settings.NoAaaa)
            return (answer, answer.EndsSearch);
        // A connector has asked for the other family too, so that this costs no query of its own.
        var other = family == AddressFamily.InterNetwork ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork;
        var others = await PartsAsync(new Question(name, other), cancellationToken).ConfigureAwait(false);
        return (answer, others[0].EndsSearch);
    }

    private async ValueTask<IReadOnlyList<Answer>> PartsAsync(Question question, CancellationToken cancellationToken)
    {
        if (settings.NoAaaa && question.Family == AddressFamily.InterNetworkV6)
            return [Answer.None];
        var asked = settings.NoAaaa ? question with { Family = AddressFamily.InterNetwork } : question;
        return await lookups.AskAsync(asked, settings.List, cancellationToken).ConfigureAwait(false);
    }

    // A failure of one family is none while the other one has addresses; but "none" needs both to say so. IPv6 comes first in what is given, and second on the wire.
    private static Answer Together(IReadOnlyList<Answer> answers)
    {
        if (answers is not [var v4, var v6])
            return answers[0];
        if (v4.Addresses.Count + v6.Addresses.Count > 0)
            return new Answer([.. v6.Addresses, .. v4.Addresses], new[] { v6, v4 }.Where(static answer => answer.Addresses.Count > 0).Min(static answer => answer.TimeToLive));
        return v6.CouldNotTell ? v6 : v4.CouldNotTell ? v4 : v6.IsNoSuchName && !v4.IsNoSuchName ? v4 : v6;
    }

    // Which error is told when no name had an address. One that could not be told is: another try may find it.
    private Answer Verdict()
    {
        var answer = _answers.Find(static answer => answer.CouldNotTell) ?? _answers.Find(static answer => answer.Failure is null) ?? _answers[^1];
        return answer.IsNoSuchName && _searched > 0
            ? Answer.Failed(answer.Failure! with { Why = $"{answer.Failure!.Why}, nor below {(_searched == 1 ? "the search domain" : $"one of {_searched} search domains")}" })
            : answer;
    }
}
