using System.Net.Security;
using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;

namespace Net.Async;

/// <summary>What TLS needs of a certificate.</summary>
internal static class TlsCertificates
{
    private static readonly ConditionalWeakTable<X509Certificate2, SslStreamCertificateContext> s_ofClients = [];

    /// <summary>Made once for each: a context of its own for every handshake would resume no session.</summary>
    public static SslStreamCertificateContext ContextOfClient(X509Certificate2 certificate) =>
        s_ofClients.GetValue(certificate, static certificate => new TlsChain(certificate, null).ToContext());

    public static X509Certificate2? CheckKey(X509Certificate2? certificate, string name) => certificate is null || certificate.HasPrivateKey
        ? certificate
        : throw new ArgumentException($"{name} has no private key: {certificate.Subject}.", name);
}
