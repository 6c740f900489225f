using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Net.Async.Tests.Kestrel;

/// <summary>Certificates of the tests' own, made once: two names for a server, and a client.</summary>
internal static class Certificates
{
    private static readonly Lazy<X509Certificate2> s_one = new(static () => Make("one.test")), s_two = new(static () => Make("two.test")), s_client = new(static () => Make("client.test"));

    public static X509Certificate2 One => s_one.Value;

    public static X509Certificate2 Two => s_two.Value;

    public static X509Certificate2 Client => s_client.Value;

    /// <summary>Whether a server has shown the first one.</summary>
    public static bool IsOne(X509Certificate? certificate) => certificate?.GetCertHashString() == One.GetCertHashString();

    private static X509Certificate2 Make(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = DateTimeOffset.UtcNow;
        using var made = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        // A key that was loaded is one that every platform's TLS can use.
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
    }
}
