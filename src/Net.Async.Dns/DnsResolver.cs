using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>Asks name servers itself: each family on its own, no thread held, and over at once when cancelled. Answers are kept for as long as they hold.</summary>
/// <remarks>
/// DNS alone: no hosts file, no NSS, no mDNS, and no search list (every name is absolute, with a final dot or without).
/// Make one and share it; equal look-ups share one query.
/// </remarks>
public sealed class DnsResolver : Resolver, IAsyncDisposable
{
    private readonly Lookups _lookups;

    /// <summary>Makes a resolver. It opens nothing until it is asked.</summary>
    /// <param name="options">How it asks and what it keeps; null for <see cref="DnsResolverOptions.Default"/>.</param>
    public DnsResolver(DnsResolverOptions? options = null) => _lookups = new Lookups(options ?? DnsResolverOptions.Default);

    /// <inheritdoc/>
    public override bool FollowsConnectivity => true;

    /// <summary>Looks a host up. <c>localhost</c> and names below it are this machine, without a query (RFC 6761, 6.3).</summary>
    /// <param name="host">A host name; other scripts as A-labels (<c>xn--</c>).</param>
    /// <param name="family"><see cref="AddressFamily.InterNetwork"/> asks for A, <see cref="AddressFamily.InterNetworkV6"/> for AAAA, <see cref="AddressFamily.Unspecified"/> for both at once.</param>
    /// <param name="cancellationToken">Returns at once. The query goes on for others who wait for it; for nobody else is anything sent any more (<see cref="DnsResolverOptions.Linger"/>).</param>
    /// <returns>The addresses, in the order of the answer; of both families, IPv6 first. Empty when the host has none in this family.</returns>
    /// <exception cref="ArgumentException">The host is no host name.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The family is another.</exception>
    /// <exception cref="ConnectionException">
    /// <see cref="ConnectionError.HostNotFound"/>: the name does not exist. <see cref="ConnectionError.TimedOut"/>: no name server answered.
    /// <see cref="ConnectionError.Unknown"/>: none could tell (SERVFAIL, REFUSED, an unreachable or unreadable one); the message says what each did.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The resolver is disposed.</exception>
    public override async ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string host, AddressFamily family, CancellationToken cancellationToken = default)
    {
        if (family is not (AddressFamily.InterNetwork or AddressFamily.InterNetworkV6 or AddressFamily.Unspecified))
            throw new ArgumentOutOfRangeException(nameof(family), family, $"{nameof(family)} is InterNetwork, InterNetworkV6 or Unspecified.");
        var question = Question.Of(host, family);
        cancellationToken.ThrowIfCancellationRequested();
        if (question.IsLocalhost)
            return Localhost(family);
        var answer = family == AddressFamily.Unspecified
            ? await AskBothAsync(question, cancellationToken).ConfigureAwait(false)
            : await _lookups.AskAsync(question, cancellationToken).ConfigureAwait(false);
        return answer.Failure is { } failure
            ? throw new ConnectionException(failure.Error, $"Could not resolve {host}: {failure.Why}.", new DnsEndPoint(host, 0, family), failure.Cause)
            : answer.Addresses;
    }

    /// <summary>Forgets every answer, those on their way too: the next look-up asks. For a change of network.</summary>
    public void ClearCache() => _lookups.Clear();

    /// <summary>Ends every look-up, with an <see cref="ObjectDisposedException"/> for who waits, and closes its socket.</summary>
    public ValueTask DisposeAsync() => _lookups.DisposeAsync();

    private async ValueTask<Answer> AskBothAsync(Question question, CancellationToken cancellationToken)
    {
        var asking6 = _lookups.AskAsync(question with { Family = AddressFamily.InterNetworkV6 }, cancellationToken).AsTask();
        var asking4 = _lookups.AskAsync(question with { Family = AddressFamily.InterNetwork }, cancellationToken).AsTask();
        var answers = await Task.WhenAll(asking6, asking4).ConfigureAwait(false);
        var (v6, v4) = (answers[0], answers[1]);
        // A failure of one family is none while the other one has addresses; but "none" needs both to say so.
        return new Answer([.. v6.Addresses, .. v4.Addresses], TimeSpan.Zero) is { Addresses.Count: > 0 } found ? found
            : v6.Failure is not null ? v6 : v4;
    }

    private static IReadOnlyList<IPAddress> Localhost(AddressFamily family) => family switch
    {
        AddressFamily.InterNetwork => [IPAddress.Loopback],
        AddressFamily.InterNetworkV6 => [IPAddress.IPv6Loopback],
        _ => [IPAddress.IPv6Loopback, IPAddress.Loopback],
    };
}
