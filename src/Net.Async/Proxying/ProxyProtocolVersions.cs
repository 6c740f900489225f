namespace Net.Async;

/// <summary>Versions of the PROXY protocol.</summary>
[Flags]
public enum ProxyProtocolVersions
{
    /// <summary>No version.</summary>
    None = 0,

    /// <summary>A line of text: <c>PROXY TCP4 192.0.2.1 198.51.100.1 56324 443</c>. It knows TCP over IPv4 and IPv6, and no TLVs.</summary>
    V1 = 1,

    /// <summary>Binary, with Unix sockets and TLVs.</summary>
    V2 = 2,

    /// <summary>Each of them.</summary>
    All = V1 | V2,
}
