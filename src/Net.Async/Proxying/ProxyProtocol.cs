using System.Net;

namespace Net.Async;

/// <summary>Reads the header of the PROXY protocol that a proxy in front of the server (HAProxy, a load balancer) sends before everything else. The client's end points become those of the connection.</summary>
/// <remarks>
/// <para>Put it first among the <see cref="UpgradeOptions.Steps"/> of a server, before TLS. Every client has to be a trusted proxy and has to send a header: where one may come with or without, every client could choose its address.</para>
/// <para>The server's policy and its limits of addresses are asked for the proxy when it is accepted, and again for the address that the header names. <see cref="Connection.Proxy"/> has the header and the proxy's own end points.</para>
/// </remarks>
public sealed class ProxyProtocol : ConnectionUpgrade
{
    private readonly ConnectionPolicy _trustedSources;
    private readonly ProxyProtocolOptions _options;

    /// <summary>Makes the upgrade.</summary>
    /// <param name="trustedSources">
    /// Which peers are proxies: asked with the address of the socket's peer; at a Unix socket or a pipe with the path or name that it came to. No other peer may say who a client is.
    /// <see cref="ConnectionPolicy.AllowAll"/> is for addresses that only the proxy can reach, a Unix socket for example.
    /// </param>
    /// <param name="options">Null for the defaults. They are copied.</param>
    public ProxyProtocol(ConnectionPolicy trustedSources, ProxyProtocolOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(trustedSources);
        (_trustedSources, _options) = (trustedSources, options is null ? new() : options with { });
    }

    /// <summary>Makes the upgrade for proxies with the addresses of a list.</summary>
    /// <param name="trustedSources">The addresses of the proxies. A change applies to the next client.</param>
    /// <param name="options">Null for the defaults. They are copied.</param>
    public ProxyProtocol(BlockList trustedSources, ProxyProtocolOptions? options = null)
        : this(new RulePolicy(new RulePolicyOptions { Allow = trustedSources, AllowByDefault = false }), options)
    {
    }

    /// <summary>Reads the header of one client.</summary>
    /// <param name="stream">The client's stream.</param>
    /// <param name="cancellationToken">Ends the wait for the header.</param>
    /// <returns>A stream whose end points are the header's, and which begins behind it.</returns>
    /// <exception cref="ConnectionException">The peer is not trusted (<see cref="ConnectionError.Denied"/>), the header is malformed (<see cref="ConnectionError.InvalidData"/>), or the connection failed before it was whole.</exception>
    public override async ValueTask<TransportStream> UpgradeAsync(TransportStream stream, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var source = stream.RemoteEndPoint is IPEndPoint peer ? peer : stream.LocalEndPoint;
        if (Judge(source) is { IsAllowed: false } decision)
            return _options.UntrustedSources == ProxyUntrustedMode.ServeWithoutHeader ? stream : throw Untrusted(source, decision);
        var (header, behind) = await new ProxyHeaderReader(stream, _options).ReadAsync(cancellationToken).ConfigureAwait(false);
        return new ProxiedTransport(stream, behind, header);
    }

    private PolicyDecision Judge(EndPoint? source) =>
        _trustedSources.AllowsAll ? PolicyDecision.Allow()
        : source is null ? PolicyDecision.Deny("an unknown address")
        : _trustedSources.Judge(new ConnectionCandidate(source.Fold(), ConnectionDirection.Inbound));

    private static ConnectionException Untrusted(EndPoint? source, PolicyDecision decision) =>
        new(ConnectionError.Denied, $"{(source is null ? "The client" : NetEndPoint.Format(source))} is no trusted proxy: {decision}.", source);
}
