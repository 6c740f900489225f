namespace Net.Async.Namespaces;

/// <summary>Which families the client has addresses and routes of.</summary>
public enum Mode
{
    Dual,

    /// <summary>With NAT64: IPv4 is reached behind 64:ff9b::/96, and ipv4only.arpa says so (RFC 7050).</summary>
    V6Only,

    V4Only,
}
