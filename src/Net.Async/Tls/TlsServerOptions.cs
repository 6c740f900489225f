using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Net.Async;

/// <summary>How a server's side of TLS shakes hands. Every value is checked where it is set.</summary>
/// <remarks>One certificate at least is needed: <see cref="Certificate"/>, <see cref="CertificateSource"/> or <see cref="SelectCertificate"/>. A listen copies the options.</remarks>
public sealed record TlsServerOptions
{
    /// <summary>Sets the defaults.</summary>
    public TlsServerOptions()
    {
    }

    private TlsServerOptions(TlsServerOptions other)
    {
        (Certificate, CertificateSource, SelectCertificate) = (other.Certificate, other.CertificateSource, other.SelectCertificate);
        (ClientCertificates, ValidateClient, ChainPolicy, RevocationMode) = (other.ClientCertificates, other.ValidateClient, other.ChainPolicy, other.RevocationMode);
        (ApplicationProtocols, Protocols, AllowResumption, CipherSuites) = (other.ApplicationProtocols, other.Protocols, other.AllowResumption, other.CipherSuites);
        HandshakeTimeout = other.HandshakeTimeout;
    }

    /// <summary>The server's certificate with its private key. It stays yours, and must not be disposed while a server uses it.</summary>
    /// <value>Default: null.</value>
    /// <exception cref="ArgumentException">It has no private key.</exception>
    public X509Certificate2? Certificate { get; set => field = TlsCertificates.CheckKey(value, nameof(Certificate)); }

    /// <summary>A certificate that may change while the server runs, with its intermediate ones; it comes before <see cref="Certificate"/>.</summary>
    /// <value>Default: null. Not copied: what reloads it reloads it everywhere.</value>
    public TlsCertificateSource? CertificateSource { get; set; }

    /// <summary>Chooses the certificate by the name that the client has asked for (SNI); an empty name for none. It runs in every handshake and must be quick; one that throws fails the handshake.</summary>
    /// <value>Default: null. A null that it returns falls back to the other two. Return the same object for the same certificate, by which sessions are resumed.</value>
    public Func<string, X509Certificate2?>? SelectCertificate { get; set; }

    /// <summary>Whether clients are asked for a certificate.</summary>
    /// <value>Default: <see cref="TlsClientCertificateMode.None"/>.</value>
    public TlsClientCertificateMode ClientCertificates
    {
        get;
        set => field = value is >= TlsClientCertificateMode.None and <= TlsClientCertificateMode.Require
            ? value
            : throw new ArgumentOutOfRangeException(nameof(ClientCertificates), value, "ClientCertificates must be None, Allow or Require.");
    }

    /// <summary>Judges a client's certificate, instead of the check of its chain. It may run on the thread that serves other connections, and must be quick.</summary>
    /// <value>Default: null: the chain has to be valid, by <see cref="ChainPolicy"/> where that is set.</value>
    public RemoteCertificateValidationCallback? ValidateClient { get; set; }

    /// <summary>How the chain of a client's certificate is checked: which authorities count, for example (<see cref="X509ChainPolicy.CustomTrustStore"/>).</summary>
    /// <value>Default: null, the system's authorities. The value is copied when it is set. It comes before <see cref="RevocationMode"/>.</value>
    public X509ChainPolicy? ChainPolicy { get; set => field = value?.Clone(); }

    /// <summary>The protocols that may be spoken inside, the preferred one first (ALPN, RFC 7301). A client that asks for none of them fails the handshake.</summary>
    /// <value>Default: none, and clients are not answered. The value is copied when it is set.</value>
    public IReadOnlyList<SslApplicationProtocol> ApplicationProtocols { get; set => field = [.. Required.Value(value)]; } = [];

    /// <summary>The versions of TLS.</summary>
    /// <value>Default: <see cref="SslProtocols.None"/>, those that the system allows.</value>
    public SslProtocols Protocols { get; set; } = SslProtocols.None;

    /// <summary>Whether a client's certificate is looked up among the revoked ones, which asks its authority over the network.</summary>
    /// <value>Default: <see cref="X509RevocationMode.NoCheck"/>.</value>
    public X509RevocationMode RevocationMode { get; set; } = X509RevocationMode.NoCheck;

    /// <summary>Lets a client resume a session, which saves most of the handshake (RFC 8446, 2.2).</summary>
    /// <value>Default: true. A server that asks for <see cref="ClientCertificates"/> resumes none: a session may be one of another server with the same certificate, which has asked for nothing.</value>
    public bool AllowResumption { get; set; } = true;

    /// <summary>What may encrypt; Linux and macOS only.</summary>
    /// <value>Default: null, the system's.</value>
    public CipherSuitesPolicy? CipherSuites { get; set; }

    /// <summary>How long a handshake may take. Then the client is reset. <see cref="UpgradeOptions.Timeout"/> bounds it too.</summary>
    /// <value>Default: 10 s; 1 ms to one day.</value>
    public TimeSpan HandshakeTimeout { get; set => field = TimeBounds.Check(value, nameof(HandshakeTimeout)); } = TimeSpan.FromSeconds(10);

    /// <summary>Throws where no certificate is there.</summary>
    internal void CheckCertificate(string name)
    {
        if (Certificate is null && CertificateSource is null && SelectCertificate is null)
            throw new ArgumentException($"TLS needs a certificate: set {nameof(Certificate)}, {nameof(CertificateSource)} or {nameof(SelectCertificate)}.", name);
    }

    /// <summary>Every value, to see whether one has changed.</summary>
    internal object?[] Values() =>
    [
        Certificate, CertificateSource, SelectCertificate, ClientCertificates, ValidateClient, ChainPolicy, RevocationMode, ApplicationProtocols, Protocols, AllowResumption, CipherSuites, HandshakeTimeout,
    ];

    /// <summary>The options of one handshake as the base class library has them.</summary>
    internal SslServerAuthenticationOptions ToAuthentication(SslStreamCertificateContext certificate) => new()
    {
        ServerCertificateContext = certificate,
        ClientCertificateRequired = ClientCertificates != TlsClientCertificateMode.None,
        RemoteCertificateValidationCallback = ClientCertificates == TlsClientCertificateMode.Allow ? AllowNone : ValidateClient is null ? null : RequireOne,
        CertificateChainPolicy = ChainPolicy?.Clone(),
        CertificateRevocationCheckMode = RevocationMode,
        ApplicationProtocols = ApplicationProtocols.Count == 0 ? null : [.. ApplicationProtocols],
        EnabledSslProtocols = Protocols,
        // The base class library keeps the sessions of a certificate for all servers of the process, those that ask clients for nothing included.
        AllowTlsResume = AllowResumption && ClientCertificates == TlsClientCertificateMode.None,
        CipherSuitesPolicy = CipherSuites,
        AllowRenegotiation = false,
    };

    // A judgement that looks at no certificate must not let in a client without one.
    private bool RequireOne(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        certificate is not null && ValidateClient!(sender, certificate, chain, errors);

    private bool AllowNone(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        certificate is null || (ValidateClient?.Invoke(sender, certificate, chain, errors) ?? errors == SslPolicyErrors.None);
}
