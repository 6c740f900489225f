using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Net.Async;

/// <summary>What the two sides of a TLS connection have agreed on; known also after the close.</summary>
public sealed class TlsFeature
{
    private TlsFeature(SslStream tls)
    {
        (IsServer, Protocol, CipherSuite) = (tls.IsServer, tls.SslProtocol, tls.NegotiatedCipherSuite);
        ApplicationProtocol = tls.NegotiatedApplicationProtocol is { Protocol.IsEmpty: false } protocol ? protocol : null;
        HostName = tls.TargetHostName is { Length: > 0 } name ? name : null;
        LocalCertificate = tls.LocalCertificate as X509Certificate2;
        PeerCertificate = tls.RemoteCertificate as X509Certificate2;
    }

    /// <summary>Whether this side was the server of the handshake.</summary>
    public bool IsServer { get; }

    /// <summary>The version of TLS.</summary>
    public SslProtocols Protocol { get; }

    /// <summary>What encrypts the bytes.</summary>
    public TlsCipherSuite CipherSuite { get; }

    /// <summary>The protocol that both sides speak inside (ALPN, RFC 7301).</summary>
    /// <value>Null when one side has not asked for any.</value>
    public SslApplicationProtocol? ApplicationProtocol { get; }

    /// <summary>The host's name: the one that the client has asked for (SNI, RFC 6066, 3), or at a client the one that the certificate had to have.</summary>
    /// <value>Null when the client has named none, as for an address.</value>
    public string? HostName { get; }

    /// <summary>The certificate that this side has shown; null for none.</summary>
    public X509Certificate2? LocalCertificate { get; }

    /// <summary>The certificate that the peer has shown; null for none.</summary>
    public X509Certificate2? PeerCertificate { get; }

    internal static TlsFeature Of(SslStream tls) => new(tls);
}
