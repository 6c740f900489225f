using System.Net;

namespace Net.Async;

/// <summary>A stream that a proxy passes on: its end points are those that the header names.</summary>
internal sealed class ProxiedTransport(TransportStream inner, ReadOnlyMemory<byte> behind, ProxyHeader header) : PrefixedTransport(inner, behind)
{
    private readonly EndPoint? _source = header.Source?.Fold(), _destination = header.Destination?.Fold();

    public override EndPoint? RemoteEndPoint => _source ?? Inner.RemoteEndPoint;

    public override EndPoint? LocalEndPoint => _destination ?? Inner.LocalEndPoint;

    public ProxyHeader Header => header;

    public EndPoint? ProxyRemoteEndPoint => Inner.RemoteEndPoint;

    public EndPoint? ProxyLocalEndPoint => Inner.LocalEndPoint;
}
