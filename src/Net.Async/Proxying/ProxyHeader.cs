using System.Net;
using System.Net.Sockets;

namespace Net.Async;

/// <summary>What a proxy says of a connection that it passes on (the PROXY protocol of HAProxy, versions 1 and 2): who has connected, and to what.</summary>
public sealed record ProxyHeader
{
    private ProxyHeader()
    {
    }

    /// <summary>Makes the header of a connection.</summary>
    /// <param name="source">Who has connected: an <see cref="IPEndPoint"/> or a <see cref="UnixDomainSocketEndPoint"/>.</param>
    /// <param name="destination">Where to: of the same kind. Of an IPv4 and an IPv6 address the IPv4 one is sent as IPv4-mapped IPv6.</param>
    /// <exception cref="ArgumentException">They are of different kinds, or of another one.</exception>
    public ProxyHeader(EndPoint source, EndPoint destination)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(destination);
        if (!IsPair(source, destination))
            throw new ArgumentException($"The header has two IP end points or two Unix sockets, and not {NetEndPoint.Format(source)} and {NetEndPoint.Format(destination)}.", nameof(destination));
        (Source, Destination) = (source, destination);
    }

    /// <summary>A connection of the proxy's own, a health check for example. In version 1 it is sent as <c>UNKNOWN</c>.</summary>
    public static ProxyHeader Local { get; } = new() { IsLocal = true };

    /// <summary>A connection whose end points are not known, or cannot be said.</summary>
    public static ProxyHeader Unknown { get; } = new();

    /// <summary>Which version it came in, or is sent in.</summary>
    /// <value>Default: <see cref="ProxyProtocolVersions.V2"/>.</value>
    /// <exception cref="ArgumentOutOfRangeException">It is not one version.</exception>
    public ProxyProtocolVersions Version
    {
        get;
        init => field = value is ProxyProtocolVersions.V1 or ProxyProtocolVersions.V2 ? value : throw new ArgumentOutOfRangeException(nameof(Version), value, "A header has one version, V1 or V2.");
    } = ProxyProtocolVersions.V2;

    /// <summary>The proxy has connected for itself (LOCAL), a health check for example: the connection's end points are the socket's.</summary>
    public bool IsLocal { get; private init; }

    /// <summary>Who has connected to the proxy; null where the header does not say.</summary>
    public EndPoint? Source { get; }

    /// <summary>What the client has connected to; null where the header does not say.</summary>
    public EndPoint? Destination { get; }

    /// <summary>What else it says, in order; version 2 only.</summary>
    /// <value>Default: empty. <see cref="ProxyTlv.Checksum"/> among them asks for a checksum. The value is copied.</value>
    /// <exception cref="ArgumentException">One of them is null.</exception>
    public IReadOnlyList<ProxyTlv> Tlvs { get; init => field = Check(value, nameof(Tlvs)); } = [];

    /// <summary>The application protocol that the client has negotiated with the proxy, <c>h2</c> for example; null where the header does not say.</summary>
    public string? Alpn => Find(ProxyTlvType.Alpn)?.Text;

    /// <summary>The host that the client has named, in TLS for example; null where the header does not say.</summary>
    public string? Authority => Find(ProxyTlvType.Authority)?.Text;

    /// <summary>The proxy's name of the connection, opaque; null where the header does not say.</summary>
    public ReadOnlyMemory<byte>? UniqueId => Find(ProxyTlvType.UniqueId)?.Value;

    /// <summary>The network namespace of the connection at the proxy; null where the header does not say.</summary>
    public string? NetworkNamespace => Find(ProxyTlvType.NetworkNamespace)?.Text;

    /// <summary>The client's TLS session with the proxy; null where the header does not say.</summary>
    public ProxyTls? Tls => Find(ProxyTlvType.Tls) is { } tlv ? ProxyTls.TryRead(tlv.Value) : null;

    /// <summary>Whether it has a checksum; one that was read is right.</summary>
    public bool HasChecksum => Find(ProxyTlvType.Checksum) is not null;

    /// <summary>Makes the header that passes a connection on: its end points, those of the client where a proxy in front has named it.</summary>
    /// <param name="connection">An accepted connection.</param>
    /// <returns>The header; <see cref="Unknown"/> where the end points are neither IP nor Unix sockets.</returns>
    public static ProxyHeader For(Connection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        var (source, destination) = (connection.RemoteEndPoint, connection.LocalEndPoint);
        return IsPair(source, destination) ? new ProxyHeader(source!, destination!) : Unknown;
    }

    /// <summary>The first TLV of a type; null when there is none.</summary>
    /// <param name="type">The type.</param>
    public ProxyTlv? Find(ProxyTlvType type) => Tlvs.FirstOrDefault(tlv => tlv.Type == type);

    /// <summary>The version and the two end points.</summary>
    public override string ToString() => IsLocal ? $"{Version} local" : Source is null || Destination is null ? $"{Version} unknown" : $"{Version} {NetEndPoint.Format(Source)} - {NetEndPoint.Format(Destination)}";

    private static bool IsPair(EndPoint? source, EndPoint? destination) =>
        (source, destination) is (IPEndPoint, IPEndPoint) or (UnixDomainSocketEndPoint, UnixDomainSocketEndPoint);

    private static ProxyTlv[] Check(IReadOnlyList<ProxyTlv> value, string name)
    {
        ArgumentNullException.ThrowIfNull(value, name);
        ProxyTlv[] copy = [.. value];
        return Array.IndexOf(copy, null) is >= 0 and var at ? throw new ArgumentException($"{name}[{at}] is null.", name) : copy;
    }
}
