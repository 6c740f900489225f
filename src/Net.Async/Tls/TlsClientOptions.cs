using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Net.Async;

/// <summary>How a client's side of TLS shakes hands. Every value is checked where it is set.</summary>
/// <remarks>A connector, or an upgrade, copies the options.</remarks>
public sealed record TlsClientOptions
{
    /// <summary>Sets the defaults.</summary>
    public TlsClientOptions()
    {
    }

    private TlsClientOptions(TlsClientOptions other)
    {
        (TargetHost, ClientCertificate, ValidateServer, ChainPolicy, RevocationMode) = (other.TargetHost, other.ClientCertificate, other.ValidateServer, other.ChainPolicy, other.RevocationMode);
        (ApplicationProtocols, Protocols, AllowResumption, CipherSuites) = (other.ApplicationProtocols, other.Protocols, other.AllowResumption, other.CipherSuites);
        HandshakeTimeout = other.HandshakeTimeout;
    }

    /// <summary>The name, or the address, that the server's certificate must have. A name is also sent to the server (SNI).</summary>
    /// <value>Default: null, the host that is connected to. An upgrade of a connection has none, and needs it.</value>
    /// <exception cref="ArgumentException">It is empty.</exception>
    public string? TargetHost { get; set => field = value is "" ? throw new ArgumentException("TargetHost must not be empty.", nameof(TargetHost)) : value; }

    /// <summary>What this side shows where the server asks for a certificate, with its private key. It stays yours, and must not be disposed before the last handshake.</summary>
    /// <value>Default: null, none.</value>
    /// <exception cref="ArgumentException">It has no private key.</exception>
    public X509Certificate2? ClientCertificate { get; set => field = TlsCertificates.CheckKey(value, nameof(ClientCertificate)); }

    /// <summary>Judges the server's certificate, instead of the check of its chain and name. It may run on the thread that serves other connections, and must be quick.</summary>
    /// <value>Default: null: the chain has to be valid, by <see cref="ChainPolicy"/> where that is set, and to have <see cref="TargetHost"/>.</value>
    public RemoteCertificateValidationCallback? ValidateServer { get; set; }

    /// <summary>How the chain of the server's certificate is checked: which authorities count, for example (<see cref="X509ChainPolicy.CustomTrustStore"/>).</summary>
    /// <value>Default: null, the system's authorities. The value is copied when it is set. It comes before <see cref="RevocationMode"/>.</value>
    public X509ChainPolicy? ChainPolicy { get; set => field = value?.Clone(); }

    /// <summary>The protocols that this side can speak inside, the preferred one first (ALPN, RFC 7301).</summary>
    /// <value>Default: none. The value is copied when it is set.</value>
    public IReadOnlyList<SslApplicationProtocol> ApplicationProtocols { get; set => field = [.. Required.Value(value)]; } = [];

    /// <summary>The versions of TLS.</summary>
    /// <value>Default: <see cref="SslProtocols.None"/>, those that the system allows.</value>
    public SslProtocols Protocols { get; set; } = SslProtocols.None;

    /// <summary>Whether the server's certificate is looked up among the revoked ones, which asks its authority over the network.</summary>
    /// <value>Default: <see cref="X509RevocationMode.NoCheck"/>.</value>
    public X509RevocationMode RevocationMode { get; set; } = X509RevocationMode.NoCheck;

    /// <summary>Resumes an earlier session with the server where there is one (RFC 8446, 2.2).</summary>
    /// <value>Default: true.</value>
    public bool AllowResumption { get; set; } = true;

    /// <summary>What may encrypt; Linux and macOS only.</summary>
    /// <value>Default: null, the system's.</value>
    public CipherSuitesPolicy? CipherSuites { get; set; }

    /// <summary>How long a handshake may take. A connect is bounded by its own time limit as well.</summary>
    /// <value>Default: 10 s; 1 ms to one day.</value>
    public TimeSpan HandshakeTimeout { get; set => field = TimeBounds.Check(value, nameof(HandshakeTimeout)); } = TimeSpan.FromSeconds(10);

    /// <summary>The options of one handshake as the base class library has them.</summary>
    internal SslClientAuthenticationOptions ToAuthentication() => new()
    {
        TargetHost = TargetHost,
        ClientCertificateContext = ClientCertificate is null ? null : TlsCertificates.ContextOfClient(ClientCertificate),
        RemoteCertificateValidationCallback = ValidateServer,
        CertificateChainPolicy = ChainPolicy?.Clone(),
        CertificateRevocationCheckMode = RevocationMode,
        ApplicationProtocols = ApplicationProtocols.Count == 0 ? null : [.. ApplicationProtocols],
        EnabledSslProtocols = Protocols,
        AllowTlsResume = AllowResumption,
        CipherSuitesPolicy = CipherSuites,
        AllowRenegotiation = false,
    };
}
