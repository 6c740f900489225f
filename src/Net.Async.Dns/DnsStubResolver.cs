using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>Asks name servers itself: each family on its own, no thread held, and over at once when cancelled. Answers are kept for as long as they hold.</summary>
/// <remarks>
/// Hosts file, search domains and name servers are the operating system's unless name servers are given, as resolv.conf(5) and hosts(5) have them; no NSS modules, no mDNS.
/// Make one and share it; equal look-ups share one query.
/// </remarks>
public sealed class DnsStubResolver : Resolver, IAsyncDisposable
{
    /// <summary>The <see cref="System.Diagnostics.Tracing.EventSource"/> that says which configuration is used and what was noticed of name servers.</summary>
    public const string EventSourceName = "Net-Async-Dns";

    private readonly Lookups _lookups;
    private readonly int _mostAddresses;
    private readonly SystemSettings? _fixed;
    private readonly SystemConfiguration? _system;

    /// <summary>Makes a resolver. It opens nothing until it is asked.</summary>
    /// <param name="options">How it asks and what it keeps; null for <see cref="DnsStubResolverOptions"/>.</param>
    public DnsStubResolver(DnsStubResolverOptions? options = null)
    {
        options = options is null ? new DnsStubResolverOptions() : options with { };
        _lookups = new Lookups(options);
        _mostAddresses = options.MaxAddresses;
        if (options.NameServers.Count > 0)
            _fixed = SystemSettings.Of(options);
        else
            _system = new SystemConfiguration(options);
    }

    /// <inheritdoc/>
    public override bool SkipsUnroutableFamilies => true;

    /// <summary>Looks a host up: in the hosts file, then <c>localhost</c> and names below it, which are this machine (RFC 6761, 6.3), then at the name servers.</summary>
    /// <param name="query">
    /// A host name; other scripts as A-labels (<c>xn--</c>). With a final dot it is the whole name; otherwise search domains may be added to it.
    /// <see cref="AddressFamily.InterNetwork"/> asks for A, <see cref="AddressFamily.InterNetworkV6"/> for AAAA, <see cref="AddressFamily.Unspecified"/> for both at once.
    /// </param>
    /// <param name="cancellationToken">Returns at once. The query continues for other callers that wait for it; without them nothing is sent any more (<see cref="DnsCacheOptions.Linger"/>).</param>
    /// <returns>
    /// The addresses, in the order of the answer; of both families, IPv6 first. Empty when the host has none in this family.
    /// <see cref="ResolvedAddress.TimeToLive"/> is what is left of it, the shorter one of two families; null for the hosts file and this machine.
    /// </returns>
    /// <exception cref="ArgumentException">The host is not a host name.</exception>
    /// <exception cref="ConnectionException">
    /// <see cref="ConnectionError.HostNotFound"/>: the name does not exist. <see cref="ConnectionError.TimedOut"/>: no name server answered.
    /// <see cref="ConnectionError.LookupFailed"/>: no server knew (SERVFAIL, REFUSED, an unreachable or unreadable one); the message says what each did.
    /// <see cref="ConnectionException.SocketError"/> is what the system's resolver says of the same: <see cref="SocketError.TryAgain"/> where another try may succeed.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The resolver is disposed.</exception>
    public override async ValueTask<ResolveResult> ResolveAsync(ResolveQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        var (host, family) = (query.Host, query.Family);
        var name = HostName.Parse(host);
        cancellationToken.ThrowIfCancellationRequested();
        var settings = FindSettings();
        if (settings.HostsOrder == HostsOrder.BeforeServers && settings.Hosts.Find(host) is { } listed)
            return Select(listed, family);
        if (name.IsLocalhost)
            return Select([IPAddress.IPv6Loopback, IPAddress.Loopback], family);
        var search = new HostSearch(_lookups, settings with { List = _lookups.Order(settings.List) }, family);
        var answer = await search.FindAsync(name, cancellationToken).ConfigureAwait(false);
        if (answer.Addresses.Count == 0 && settings.HostsOrder == HostsOrder.AfterServers && settings.Hosts.Find(host) is { } kept)
            return Select(kept, family);
        return answer.Failure is { } failure ? throw failure.ToException(new DnsEndPoint(host, 0, family)) : new ResolveResult(answer.Addresses, answer.TimeToLive);
    }

    /// <summary>Forgets every answer, those on their way too: the next look-up asks. For a change of network; a change of the system's name servers does the same.</summary>
    public void ClearCache() => _lookups.Clear();

    /// <summary>Ends every look-up, with an <see cref="ObjectDisposedException"/> for who waits, and closes its socket.</summary>
    public ValueTask DisposeAsync() => _lookups.DisposeAsync();

    private SystemSettings FindSettings()
    {
        if (_system is null)
            return _fixed!;
        var settings = _system.Find(out var serversChanged);
        if (serversChanged)
            _lookups.Clear();
        return settings;
    }

    private ResolveResult Select(IReadOnlyList<IPAddress> addresses, AddressFamily family) =>
        new(addresses.Where(address => family == AddressFamily.Unspecified || address.AddressFamily == family).Take(_mostAddresses));
}
