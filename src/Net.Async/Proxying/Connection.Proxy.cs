namespace Net.Async;

public abstract partial class Connection
{
    /// <summary>What the proxy in front of the server has said (<see cref="ProxyProtocol"/>), and the proxy's own end points.</summary>
    /// <value>Null when no header was read: the client came without a proxy, or was connected to from here.</value>
    public ProxyFeature? Proxy => Layer<ProxiedTransport>() is { } stream ? new ProxyFeature(stream) : null;
}
