using System.Net;

namespace Net.Async;

/// <summary>What an accepted connection has that a trusted proxy passes on: the header, and the end points of the proxy's own connection.</summary>
public sealed class ProxyFeature
{
    private readonly ProxiedTransport _stream;

    internal ProxyFeature(ProxiedTransport stream) => _stream = stream;

    /// <summary>The header. <see cref="Connection.RemoteEndPoint"/> is its source and <see cref="Connection.LocalEndPoint"/> its destination, where it has them.</summary>
    public ProxyHeader Header => _stream.Header;

    /// <summary>The proxy's address: the peer of the socket.</summary>
    /// <value>Null when the transport has none.</value>
    public EndPoint? RemoteEndPoint => _stream.ProxyRemoteEndPoint;

    /// <summary>The address of this side to which the proxy has connected.</summary>
    /// <value>Null when the transport has none.</value>
    public EndPoint? LocalEndPoint => _stream.ProxyLocalEndPoint;
}
