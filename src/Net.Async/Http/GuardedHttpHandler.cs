using System.Net;

namespace Net.Async;

/// <summary>An HTTP handler that asks a policy about the literal address of every connection: it protects against requests to addresses that must not be reached (SSRF).</summary>
/// <remarks>
/// Redirects, names, literals in every spelling and pooled connections all pass through it. What would bypass it is refused: HTTP/3 looks names up itself,
/// and a proxy connects to the target instead of us, so none is used, not even one of the environment, except one through a <see cref="ProxyConnector"/> with a policy, which gets judged literals only. The policy decides where a connection may lead; what may be sent there is up to you.
/// </remarks>
public sealed class GuardedHttpHandler : DelegatingHandler
{
    private readonly SocketsHttpHandler _inner;
    private readonly Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>> _connect;

    /// <summary>Guards a handler of its own.</summary>
    /// <param name="policy">Where connections may lead.</param>
    /// <exception cref="ArgumentException">The policy is <see cref="ConnectionPolicy.AllowAll"/>, which guards nothing.</exception>
    public GuardedHttpHandler(ConnectionPolicy policy)
        : this(new HappyEyeballsOptions { Policy = Guarding(policy) })
    {
    }

    /// <summary>Guards a handler, and owns it from now on.</summary>
    /// <param name="options">How to connect, and under <see cref="HappyEyeballsOptions.Policy"/> where to.</param>
    /// <param name="handler">With your settings for TLS, cookies and the like; null for a new one. A pooled connection outlives a change of the policy by its lifetime, which becomes 2 minutes where it is infinite.</param>
    /// <exception cref="ArgumentException">The options have no policy (<see cref="ConnectionPolicy.AllowAll"/> guards nothing), or the handler has a proxy or a connect callback, which would bypass the guard.</exception>
    public GuardedHttpHandler(HappyEyeballsOptions options, SocketsHttpHandler? handler = null)
        : this((Connector)Guarding(options), handler)
    {
    }

    /// <summary>Guards a handler whose every connection goes through a trusted proxy, plain HTTP as well: names are looked up here, the policy judges, and the proxy gets the literal.</summary>
    /// <param name="proxy">The way to the proxy, and under <see cref="ProxyConnectorOptions.Policy"/> where it may be asked to connect.</param>
    /// <param name="handler">As for the other constructor.</param>
    /// <exception cref="ArgumentException">The proxy's options have no policy, or the handler has a proxy of its own or a connect callback, which would bypass the guard.</exception>
    public GuardedHttpHandler(ProxyConnector proxy, SocketsHttpHandler? handler = null)
        : this((Connector)Guarding(proxy), handler)
    {
    }

    private GuardedHttpHandler(Connector connector, SocketsHttpHandler? handler)
    {
        _inner = handler ?? new SocketsHttpHandler();
        if (_inner.Proxy is not null)
            throw new ArgumentException($"{nameof(SocketsHttpHandler.Proxy)} is set: a proxy connects to the target itself, and the policy is not asked.", nameof(handler));
        if (_inner.ConnectCallback is not null)
            throw new ArgumentException($"{nameof(SocketsHttpHandler.ConnectCallback)} is set: the guard connects itself.", nameof(handler));
        _inner.UseProxy = false;
        _inner.UseConnector(connector);
        if (_inner.PooledConnectionLifetime == Timeout.InfiniteTimeSpan)
            _inner.PooledConnectionLifetime = TimeSpan.FromMinutes(2);
        _connect = _inner.ConnectCallback!;
        InnerHandler = _inner;
    }

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">The request asks for HTTP/3.</exception>
    /// <exception cref="InvalidOperationException">The guarded handler was changed after the guard was made, in a way that would bypass it.</exception>
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Check(request);
        return base.SendAsync(request, cancellationToken);
    }

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">The request asks for HTTP/3.</exception>
    /// <exception cref="InvalidOperationException">The guarded handler was changed after the guard was made, in a way that would bypass it.</exception>
    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Check(request);
        return base.Send(request, cancellationToken);
    }

    private static HappyEyeballsConnector Guarding(HappyEyeballsOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Guarding(options.Policy, nameof(options));
        return new HappyEyeballsConnector(options);
    }

    private static ProxyConnector Guarding(ProxyConnector proxy)
    {
        ArgumentNullException.ThrowIfNull(proxy);
        return proxy.IsGuard ? proxy
            : throw new ArgumentException($"The proxy's options have no {nameof(ProxyConnectorOptions.Policy)}: it would connect to whatever it is asked for.", nameof(proxy));
    }

    private static ConnectionPolicy Guarding(ConnectionPolicy policy, string name = "policy")
    {
        ArgumentNullException.ThrowIfNull(policy, name);
        return !policy.AllowsAll ? policy
            : throw new ArgumentException($"The policy is {nameof(ConnectionPolicy)}.{nameof(ConnectionPolicy.AllowAll)}, which guards nothing: give the rules ({nameof(ConnectionPolicy)}.{nameof(ConnectionPolicy.PublicInternet)}), or use an HttpClient without a guard.", name);
    }

    private void Check(HttpRequestMessage request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (!ReferenceEquals(InnerHandler, _inner) || _inner.UseProxy || _inner.ConnectCallback != _connect)
            throw new InvalidOperationException("The guarded handler was changed: its proxy, its connect callback and its place below the guard are the guard's.");
        if (request.Version.Major >= 3)
            throw new NotSupportedException($"HTTP/{request.Version} looks names up and connects by itself, round the guard: ask for HTTP/2 at most.");
        if (request.VersionPolicy == HttpVersionPolicy.RequestVersionOrHigher)
            CapAtHttp2(request);
    }

    // "Or higher" would take HTTP/3 as soon as a server offers it (Alt-Svc, RFC 7838).
    private static void CapAtHttp2(HttpRequestMessage request)
    {
        request.VersionPolicy = request.Version.Major == 2 ? HttpVersionPolicy.RequestVersionExact : HttpVersionPolicy.RequestVersionOrLower;
        request.Version = HttpVersion.Version20;
    }
}
