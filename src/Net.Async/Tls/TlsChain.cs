using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Net.Async;

/// <summary>A certificate with its private key, and the intermediate ones behind it.</summary>
internal sealed class TlsChain(X509Certificate2 own, X509Certificate2Collection? others)
{
    public X509Certificate2 Own => own;

    /// <summary>Offline: a listen must not fetch what is missing of the chain from other servers.</summary>
    public SslStreamCertificateContext ToContext() => SslStreamCertificateContext.Create(own, others, offline: true);
}
