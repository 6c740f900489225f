using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Net.Async.Namespaces;

/// <summary>A certificate of our own making, and the check that it is one.</summary>
internal static class TestCertificate
{
    private const string Subject = "CN=Net.Async test services";

    private static readonly Lazy<X509Certificate2> s_own = new(static () =>
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(Subject, key, HashAlgorithmName.SHA256);
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
    });

    public static X509Certificate2 Own => s_own.Value;

    // No authority signed it, and any name leads to it.
    public static RemoteCertificateValidationCallback IsOurs { get; } = static (_, certificate, _, _) => certificate?.Subject == Subject;
}
