using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>Which addresses of a host a <see cref="HappyEyeballsConnector"/> tries, in which order, and from which of its own. Every value is checked where it is set.</summary>
public sealed record AddressSelectionOptions
{
    private const int MostPrefixes = 16;

    /// <summary>Looks up and tries one family only.</summary>
    /// <value>Default: <see cref="AddressFamily.Unspecified"/>, both.</value>
    public AddressFamily Family { get; set => field = CheckFamily(value, mayBeBoth: true, nameof(Family)); } = AddressFamily.Unspecified;

    /// <summary>Which family's answer opens the race at once.</summary>
    /// <value>Default: <see cref="AddressFamily.InterNetworkV6"/>; or <see cref="AddressFamily.InterNetwork"/>.</value>
    public AddressFamily PreferredFamily { get; set => field = CheckFamily(value, mayBeBoth: false, nameof(PreferredFamily)); } = AddressFamily.InterNetworkV6;

    /// <summary>How many addresses of the first family are tried before the families alternate (RFC 8305, 4: First Address Family Count).</summary>
    /// <value>Default: 1; 1 to 8.</value>
    public int FirstAddressFamilyCount { get; set => field = RaceBounds.CheckCount(value, 8); } = 1;

    /// <summary>How many addresses of a host are tried at most; the first ones of each family.</summary>
    /// <value>Default: 64; 1 to 1024.</value>
    public int MaxAddresses { get; set => field = RaceBounds.CheckCount(value, 1024); } = 64;

    /// <summary>Which kinds of addresses are tried before which (RFC 6724, 2.1).</summary>
    /// <value>Default: <see cref="AddressPolicyTable.Default"/>.</value>
    public AddressPolicyTable AddressPolicies { get; set => field = value ?? throw new ArgumentNullException(nameof(AddressPolicies)); } = AddressPolicyTable.Default;

    /// <summary>The addresses to connect from, at most one of each family. When it is not empty, a family without one is neither looked up nor tried.</summary>
    /// <value>Default: empty, the routing table chooses. The list is copied when it is set.</value>
    public IReadOnlyList<IPAddress> LocalAddresses { get; set => field = CheckLocal(value, nameof(LocalAddresses)); } = [];

    /// <summary>The port to connect from. Attempts of one race to several addresses share it; a connection to the same end point that lingers (TIME_WAIT) has it for about a minute.</summary>
    /// <value>Default: 0, the system chooses; 0 to 65535.</value>
    public int LocalPort { get; set => field = NetEndPoint.CheckPort(value, nameof(LocalPort)); }

    /// <summary>The prefixes under which a NAT64 translates to IPv4 (RFC 6052), for networks that have only IPv6.</summary>
    /// <value>Default: empty; at most 16, each /32, /40, /48, /56, /64 or /96. The list is copied when it is set.</value>
    public IReadOnlyList<IPNetwork> Nat64Prefixes { get; set => field = Nat64Prefix.Check(value, MostPrefixes); } = [];

    /// <summary>Asks the resolver for <c>ipv4only.arpa</c> (RFC 7050) when the target is an IPv4 address, IPv4 has no route, and no prefix is configured.</summary>
    /// <value>Default: true.</value>
    public bool DiscoverNat64 { get; set; } = true;

    /// <summary>Reads <c>127.1</c>, <c>0x7f.1</c> and <c>2130706433</c> as addresses, as inet_aton(3) does. When it is off, they are argument errors: a program that checks a host by its text would not recognize the address.</summary>
    /// <value>Default: false.</value>
    public bool AllowLegacyIPv4 { get; set; }

    /// <summary>Sets options on the socket of each attempt, before it is bound and connected (marks, buffers, an interface). It may run for several attempts at once; throwing fails the attempt.</summary>
    /// <value>Default: null.</value>
    public Action<Socket, EndPoint>? ConfigureSocket { get; set; }

    internal IPAddress? LocalAddressOf(AddressFamily family) => LocalAddresses.FirstOrDefault(address => address.AddressFamily == family);

    internal IPEndPoint? LocalEndPointFor(EndPoint endPoint)
    {
        if (endPoint is not IPEndPoint ip)
            return null;
        var address = LocalAddressOf(ip.AddressFamily);
        return address is null && LocalPort == 0 ? null
            : new IPEndPoint(address ?? (ip.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any), LocalPort);
    }

    private static AddressFamily CheckFamily(AddressFamily value, bool mayBeBoth, string name) =>
        value is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6 || (mayBeBoth && value == AddressFamily.Unspecified)
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} must be InterNetwork{(mayBeBoth ? ", InterNetworkV6 or Unspecified" : " or InterNetworkV6")}.");

    private static IPAddress[] CheckLocal(IReadOnlyList<IPAddress> value, string name)
    {
        ArgumentNullException.ThrowIfNull(value, name);
        IPAddress[] folded = [.. value.Select(address => address?.Fold() ?? throw new ArgumentException("A local address is null.", name))];
        if (folded.GroupBy(address => address.AddressFamily).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new ArgumentException($"At most one local address of each family: {string.Join(" and ", twice)}.", name);
        return folded;
    }
}
