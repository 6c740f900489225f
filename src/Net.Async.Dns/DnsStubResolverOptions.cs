using System.Collections.ObjectModel;
using System.Net;
using System.Runtime.CompilerServices;

namespace Net.Async;

/// <summary>How a <see cref="DnsStubResolver"/> asks and what it keeps. Every value is checked where it is set.</summary>
public sealed record DnsStubResolverOptions
{
    private const int MostNameServers = 8;

    /// <summary>The defaults.</summary>
    public DnsStubResolverOptions()
    {
    }

    // A copy has children of its own: what is bound into one of them does not change the other.
    private DnsStubResolverOptions(DnsStubResolverOptions other)
    {
        (NameServers, QueryTimeout, Attempts, UseTcpFallback) = (other.NameServers, other.QueryTimeout, other.Attempts, other.UseTcpFallback);
        (MaxConcurrentQueries, MaxAddresses, MaxAliases, TimeProvider) = (other.MaxConcurrentQueries, other.MaxAddresses, other.MaxAliases, other.TimeProvider);
        (Cache, Edns, Failover, System) = (other.Cache, other.Edns, other.Failover, other.System);
    }

    /// <summary>Which name servers are asked, in this order; the next one when one is silent or cannot tell.</summary>
    /// <value>Default: empty, for the operating system's, with what <see cref="System"/> says. At most 8.</value>
    public IReadOnlyList<IPEndPoint> NameServers { get; set => field = CheckServers(value); } = [];

    /// <summary>How long one name server has for its answer, the repetitions without EDNS and over TCP included.</summary>
    /// <value>Default: 5 s; 1 ms to 1 min.</value>
    public TimeSpan QueryTimeout { get; set => field = DnsBounds.Check(value, TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(1), "1 ms to 1 min"); } = TimeSpan.FromSeconds(5);

    /// <summary>How often each name server is asked before the look-up has failed; one round through all of them, then the next.</summary>
    /// <value>Default: 2; 1 to 10.</value>
    public int Attempts { get; set => field = DnsBounds.Check(value, 1, 10); } = 2;

    /// <summary>Asks again over TCP when the answer did not fit into a datagram. Without it such a name server counts as one that cannot tell.</summary>
    /// <value>Default: true.</value>
    public bool UseTcpFallback { get; set; } = true;

    /// <summary>How many queries are on their way at a time; each holds a socket. Further ones wait.</summary>
    /// <value>Default: 256; 1 to 4096.</value>
    public int MaxConcurrentQueries { get; set => field = DnsBounds.Check(value, 1, 4096); } = 256;

    /// <summary>How many addresses of one answer are kept; the first ones.</summary>
    /// <value>Default: 64; 1 to 1024.</value>
    public int MaxAddresses { get; set => field = DnsBounds.Check(value, 1, 1024); } = 64;

    /// <summary>Through how many aliases (CNAME) a name may lead to its addresses; more are an error.</summary>
    /// <value>Default: 16, as BIND's resolver had it; 0 to 64.</value>
    public int MaxAliases { get; set => field = DnsBounds.Check(value, 0, 64); } = 16;

    /// <summary>What is kept, and for how long.</summary>
    /// <value>Default: the defaults of <see cref="DnsCacheOptions"/>.</value>
    public DnsCacheOptions Cache { get; set => field = NotNull(value) with { }; } = new();

    /// <summary>The use of EDNS.</summary>
    /// <value>Default: the defaults of <see cref="DnsEdnsOptions"/>.</value>
    public DnsEdnsOptions Edns { get; set => field = NotNull(value) with { }; } = new();

    /// <summary>The ways from one name server to another.</summary>
    /// <value>Default: the defaults of <see cref="DnsFailoverOptions"/>.</value>
    public DnsFailoverOptions Failover { get; set => field = NotNull(value) with { }; } = new();

    /// <summary>What is taken from the operating system.</summary>
    /// <value>Default: the defaults of <see cref="DnsSystemOptions"/>.</value>
    public DnsSystemOptions System { get; set => field = NotNull(value) with { }; } = new();

    /// <summary>The clock of all limits, and of the answers kept.</summary>
    /// <value>Default: the system's.</value>
    public TimeProvider TimeProvider { get; set => field = value ?? throw new ArgumentNullException(nameof(TimeProvider)); } = TimeProvider.System;

    private static T NotNull<T>(T? value, [CallerMemberName] string name = "")
        where T : class => value ?? throw new ArgumentNullException(name);

    private static ReadOnlyCollection<IPEndPoint> CheckServers(IReadOnlyList<IPEndPoint>? value, [CallerMemberName] string name = "")
    {
        if (value is CheckedServers isChecked)
            return isChecked;
        // Copied: what the caller's list becomes later was not checked.
        IPEndPoint[] servers = [.. value ?? []];
        if (servers.Length > MostNameServers)
            throw new ArgumentOutOfRangeException(name, servers.Length, $"{name} are at most {MostNameServers}.");
        foreach (var server in servers)
        {
            ArgumentNullException.ThrowIfNull(server, name);
            if (server.Port == 0 || server.Address.Equals(IPAddress.Any) || server.Address.Equals(IPAddress.IPv6Any))
                throw new ArgumentOutOfRangeException(name, server, $"{name} have an address and a port each.");
        }

        return new CheckedServers([.. servers.Select(static server => new IPEndPoint(server.Address, server.Port))]);
    }

    // Copies of the options share it: they are equal.
    private sealed class CheckedServers(IPEndPoint[] servers) : ReadOnlyCollection<IPEndPoint>(servers);
}
