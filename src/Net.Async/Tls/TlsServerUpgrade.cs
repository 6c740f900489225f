using System.Net.Security;
using System.Runtime.CompilerServices;

namespace Net.Async;

/// <summary>The server's side of a handshake, as a step of a server's upgrades.</summary>
internal sealed class TlsServerUpgrade : ConnectionUpgrade
{
    private static readonly ConditionalWeakTable<TlsServerOptions, TlsServerUpgrade> s_made = [];

    // A certificate of the user's, or a chain of a source: each has its own sessions.
    private readonly ConditionalWeakTable<object, SslServerAuthenticationOptions> _made = [];
    private readonly TlsServerOptions _options;
    private readonly TimeProvider _time;
    private readonly object?[] _values;

    public TlsServerUpgrade(TlsServerOptions options, TimeProvider time)
    {
        options.CheckCertificate(nameof(options));
        (_options, _time, _values) = (options with { }, time, options.Values());
    }

    /// <summary>The same for the same options as long as they have not changed, so that sessions are resumed.</summary>
    public static TlsServerUpgrade Of(TlsServerOptions options, TimeProvider time)
    {
        if (s_made.TryGetValue(options, out var made) && made._time == time && made._values.SequenceEqual(options.Values()))
            return made;
        made = new TlsServerUpgrade(options, time);
        s_made.AddOrUpdate(options, made);
        return made;
    }

    public override async ValueTask<TransportStream> UpgradeAsync(TransportStream stream, CancellationToken cancellationToken) =>
        await RunAsync(stream, cancellationToken).ConfigureAwait(false);

    public Task<TlsTransport> RunAsync(TransportStream stream, CancellationToken cancellationToken) =>
        TlsHandshake.RunAsync(stream, AuthenticateAsync, _options.HandshakeTimeout, _time, cancellationToken);

    private Task AuthenticateAsync(SslStream tls) => _options.SelectCertificate is null
        ? tls.AuthenticateAsServerAsync(Standing(), CancellationToken.None)
        : tls.AuthenticateAsServerAsync((_, hello, _, _) => new(Selected(hello.ServerName)), null, CancellationToken.None);

    private SslServerAuthenticationOptions Selected(string name)
    {
        if (_options.SelectCertificate!(name ?? "") is not { } certificate)
            return Standing();
        return TlsCertificates.CheckKey(certificate, nameof(TlsServerOptions.SelectCertificate)) is { } own ? Of(own, new TlsChain(own, null)) : Standing();
    }

    private SslServerAuthenticationOptions Standing() => _options.CertificateSource?.Current() is { } chain ? Of(chain, chain)
        : _options.Certificate is { } certificate ? Of(certificate, new TlsChain(certificate, null))
        : throw new InvalidOperationException("There is no certificate for the name that the client has asked for.");

    private SslServerAuthenticationOptions Of(object key, TlsChain chain)
    {
        if (_made.TryGetValue(key, out var made))
            return made;
        return _made.GetValue(key, _ => _options.ToAuthentication(chain.ToContext()));
    }
}
