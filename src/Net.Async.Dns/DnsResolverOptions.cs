using System.Collections.ObjectModel;
using System.Net;
using System.Runtime.CompilerServices;

namespace Net.Async;

/// <summary>How a <see cref="DnsResolver"/> asks and what it keeps. Copy with <c>with</c>; every value is checked where it is set.</summary>
public sealed record DnsResolverOptions
{
    private const int MostNameServers = 8;

    /// <summary>The defaults.</summary>
    public static DnsResolverOptions Default { get; } = new();

    /// <summary>Who is asked, in this order; the next one when one is silent or cannot tell.</summary>
    /// <value>Default: empty, the first three of the operating system's, looked up again for every query. At most 8.</value>
    public IReadOnlyList<IPEndPoint> NameServers { get; init => field = CheckServers(value); } = [];

    /// <summary>How long one name server has for its answer, the repetition over TCP included.</summary>
    /// <value>Default: 5 s; 1 ms to 1 min.</value>
    public TimeSpan QueryTimeout { get; init => field = CheckTime(value, TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(1), "1 ms to 1 min"); } = TimeSpan.FromSeconds(5);

    /// <summary>How often each name server is asked before the look-up has failed; one round through all of them, then the next.</summary>
    /// <value>Default: 2; 1 to 10.</value>
    public int Attempts { get; init => field = CheckCount(value, 1, 10); } = 2;

    /// <summary>Asks again over TCP when the answer did not fit into a datagram. Without it such a name server counts as one that cannot tell.</summary>
    /// <value>Default: true.</value>
    public bool UseTcpFallback { get; init; } = true;

    /// <summary>How many queries are on their way at a time; each holds a socket. Further ones wait.</summary>
    /// <value>Default: 256; 1 to 4096.</value>
    public int MaxConcurrentQueries { get; init => field = CheckCount(value, 1, 4096); } = 256;

    /// <summary>How many addresses of one answer are kept; the first ones.</summary>
    /// <value>Default: 64; 1 to 1024.</value>
    public int MaxAddresses { get; init => field = CheckCount(value, 1, 1024); } = 64;

    /// <summary>How many answers are kept: one is a name in one family. The one that was not used for longest makes room.</summary>
    /// <value>Default: 1024; 0 (nothing is kept) to 1,048,576.</value>
    public int CacheLimit { get; init => field = CheckCount(value, 0, 1 << 20); } = 1024;

    /// <summary>Keeps addresses for at least this long, whatever their name server says.</summary>
    /// <value>Default: 0; to 1 min.</value>
    public TimeSpan MinTtl { get; init => field = CheckTime(value, TimeSpan.Zero, TimeSpan.FromMinutes(1), "0 to 1 min"); } = TimeSpan.Zero;

    /// <summary>Keeps addresses for at most this long, whatever their name server says.</summary>
    /// <value>Default: 1 day; 1 min to 7 days.</value>
    public TimeSpan MaxTtl { get; init => field = CheckTime(value, TimeSpan.FromMinutes(1), TimeSpan.FromDays(7), "1 min to 7 days"); } = TimeSpan.FromDays(1);

    /// <summary>Keeps the answer that there is no address for at most this long. Its name server says how long (RFC 2308, 5); one that does not say is not kept.</summary>
    /// <value>Default: 5 min; 0 (not kept) to 3 h.</value>
    public TimeSpan MaxNegativeTtl { get; init => field = CheckTime(value, TimeSpan.Zero, TimeSpan.FromHours(3), "0 to 3 h"); } = TimeSpan.FromMinutes(5);

    /// <summary>How long a query whose callers have all gone waits for its answer, to keep it (RFC 8305, 5). It sends nothing more meanwhile.</summary>
    /// <value>Default: 1 s; 0 (ends with its last caller) to 10 s.</value>
    public TimeSpan Linger { get; init => field = CheckTime(value, TimeSpan.Zero, TimeSpan.FromSeconds(10), "0 to 10 s"); } = TimeSpan.FromSeconds(1);

    /// <summary>The clock of all limits, and of the answers kept.</summary>
    /// <value>Default: the system's.</value>
    public TimeProvider TimeProvider { get; init => field = value ?? throw new ArgumentNullException(nameof(TimeProvider)); } = TimeProvider.System;

    private static ReadOnlyCollection<IPEndPoint> CheckServers(IReadOnlyList<IPEndPoint>? value, [CallerMemberName] string name = "")
    {
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

        return Array.AsReadOnly(servers);
    }

    private static int CheckCount(int value, int least, int most, [CallerMemberName] string name = "") => value >= least && value <= most
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} is {least} to {most}.");

    private static TimeSpan CheckTime(TimeSpan value, TimeSpan least, TimeSpan most, string bounds, [CallerMemberName] string name = "") => value >= least && value <= most
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} is {bounds}.");
}
