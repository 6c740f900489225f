using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Net.Async;

public sealed partial record HappyEyeballsOptions
{
    private const int MostPrefixes = 16;

    /// <summary>Which addresses may be connected to: asked for every address of a name and every literal, before a socket is made, and once more of the connected peer.</summary>
    /// <value>Default: <see cref="ConnectionPolicy.AllowAll"/>.</value>
    public ConnectionPolicy Policy { get; init => field = value ?? throw new ArgumentNullException(nameof(Policy)); } = ConnectionPolicy.AllowAll;

    /// <summary>The addresses to connect from, at most one a family. A family without one is neither looked up nor tried.</summary>
    /// <value>Default: empty, the routing table chooses.</value>
    public IReadOnlyList<IPAddress> LocalAddresses { get; init => field = CheckLocal(value); } = [];

    /// <summary>The port to connect from. Attempts of one race to several addresses share it; a connection to the same end point that lingers (TIME_WAIT) has it for about a minute.</summary>
    /// <value>Default: 0, the system chooses; 0 to 65535.</value>
    public int LocalPort { get; init => field = NetEndPoint.CheckPort(value, nameof(LocalPort)); }

    /// <summary>The prefixes under which a NAT64 translates to IPv4 (RFC 6052), for networks that have only IPv6.</summary>
    /// <value>Default: empty; at most 16, each /32, /40, /48, /56, /64 or /96.</value>
    public IReadOnlyList<IPNetwork> Nat64Prefixes { get; init => field = Nat64Prefix.Check(value, MostPrefixes); } = [];

    /// <summary>Asks the resolver for <c>ipv4only.arpa</c> (RFC 7050) when IPv4 is to be reached, has no route, and no prefix is configured.</summary>
    /// <value>Default: true.</value>
    public bool DiscoverNat64 { get; init; } = true;

    /// <summary>Remembers for each host which family was silent while the other one answered: that one goes second for a while.</summary>
    /// <remarks>Kept for this connector alone, in memory, and dropped when this machine's addresses change. A connector of its own keeps a tenant's history apart.</remarks>
    /// <value>Default: false.</value>
    public bool RememberOutcomes { get; init; }

    /// <summary>How long outcomes, round-trip times and found NAT64 prefixes are remembered.</summary>
    /// <value>Default: 10 min; 1 ms to one day.</value>
    public TimeSpan OutcomeLifetime { get; init => field = TimeBounds.Check(value, nameof(OutcomeLifetime)); } = TimeSpan.FromMinutes(10);

    /// <summary>How many hosts, and how many addresses' round-trip times, are remembered; the longest unused ones go first.</summary>
    /// <value>Default: 1024; 1 to 65536.</value>
    public int MaxRememberedHosts { get; init => field = CheckCount(value, 65536); } = 1024;

    /// <summary>Which kinds of addresses are tried before which (RFC 6724, 2.1).</summary>
    /// <value>Default: <see cref="AddressPolicyTable.Default"/>.</value>
    public AddressPolicyTable AddressPolicies { get; init => field = value ?? throw new ArgumentNullException(nameof(AddressPolicies)); } = AddressPolicyTable.Default;

    /// <summary>Reads <c>127.1</c>, <c>0x7f.1</c> and <c>2130706433</c> as addresses, as inet_aton(3) does. Off, they are argument errors: whoever checks a host by its text would be got round.</summary>
    /// <value>Default: false.</value>
    public bool AllowLegacyIPv4 { get; init; }

    /// <summary>Sets options on the socket of each attempt, before it is bound and connected (marks, buffers, an interface). It may run for several attempts at once; throwing fails the attempt.</summary>
    /// <value>Default: null.</value>
    public Action<Socket, EndPoint>? ConfigureSocket { get; init; }

    internal IPAddress? LocalAddressOf(AddressFamily family) => LocalAddresses.FirstOrDefault(address => address.AddressFamily == family);

    internal IoSettings ToSettings(EndPoint endPoint) => Connection.ToSettings() with { Local = LocalEndPointFor(endPoint), Configure = ConfigureSocket };

    private IPEndPoint? LocalEndPointFor(EndPoint endPoint)
    {
        if (endPoint is not IPEndPoint ip)
            return null;
        var address = LocalAddressOf(ip.AddressFamily);
        return address is null && LocalPort == 0 ? null
            : new IPEndPoint(address ?? (ip.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any), LocalPort);
    }

    private static IPAddress[] CheckLocal(IReadOnlyList<IPAddress> value, [CallerMemberName] string name = "")
    {
        ArgumentNullException.ThrowIfNull(value, name);
        IPAddress[] folded = [.. value.Select(address => address?.Fold() ?? throw new ArgumentException("A local address is null.", name))];
        if (folded.GroupBy(address => address.AddressFamily).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new ArgumentException($"At most one local address a family: {string.Join(" and ", twice)}.", name);
        return folded;
    }
}
