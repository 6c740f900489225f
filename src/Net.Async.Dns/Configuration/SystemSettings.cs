using System.Net;

namespace Net.Async;

/// <summary>What one look-up goes by.</summary>
/// <param name="List">The name servers, and how they are asked.</param>
internal sealed record SystemSettings(ServerList List)
{
    public HostsTable Hosts { get; init; } = HostsTable.Empty;

    public HostsOrder HostsOrder { get; init; }

    /// <summary>Empty when every name is absolute.</summary>
    public IReadOnlyList<string> Domains { get; init; } = [];

    /// <summary>A name with fewer dots is tried with the search domains first.</summary>
    public int Ndots { get; init; } = 1;

    /// <summary>A name without a dot is not asked for as it is.</summary>
    public bool NoTldQuery { get; init; }

    /// <summary>Every host is without IPv6.</summary>
    public bool NoAaaa { get; init; }

    /// <summary>Name servers of the user's own: absolute names.</summary>
    public static SystemSettings Of(DnsStubResolverOptions options) =>
        new(new ServerList([.. options.NameServers.Select(static server => new IPEndPoint(ServerAddress.ToReachable(server.Address), server.Port))], options.QueryTimeout, options.Attempts));
}
