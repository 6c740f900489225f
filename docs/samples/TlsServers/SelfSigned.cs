using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Net.Async;

namespace TlsServers;

/// <summary>A certificate that no authority has signed, and a client that accepts no other.</summary>
internal sealed class SelfSigned : IDisposable
{
    private readonly X509Certificate2 _certificate = Make();

    public TlsServerOptions Server => new() { Certificate = _certificate };

    public TlsClientOptions Client => new()
    {
        TargetHost = "localhost",
        ValidateServer = (_, shown, _, _) => shown is not null && shown.GetRawCertData().AsSpan().SequenceEqual(_certificate.RawData),
    };

    public void Dispose() => _certificate.Dispose();

    private static X509Certificate2 Make()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var made = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        // A key that was loaded is one that every platform's TLS can use.
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
    }
}
