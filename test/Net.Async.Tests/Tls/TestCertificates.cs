using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Net.Async.Tests.Tls;

/// <summary>Certificates of the tests' own: an authority that nothing else trusts, servers and clients that it has signed.</summary>
internal static class TestCertificates
{
    private static readonly Lazy<X509Certificate2> s_authority = new(MakeAuthority);
    private static readonly Lazy<X509Certificate2> s_one = new(static () => Make("one.test")), s_two = new(static () => Make("two.test")), s_client = new(static () => Make("client.test"));

    public static X509Certificate2 Authority => s_authority.Value;

    public static X509Certificate2 One => s_one.Value;

    public static X509Certificate2 Two => s_two.Value;

    public static X509Certificate2 Client => s_client.Value;

    /// <summary>Trusts the authority, and no other.</summary>
    public static X509ChainPolicy Trust()
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(Authority);
        return policy;
    }

    public static TlsServerOptions Server(X509Certificate2? certificate = null) => new() { Certificate = certificate ?? One };

    public static TlsClientOptions ClientOf(string? host = "one.test") => new() { TargetHost = host, ChainPolicy = Trust() };

    /// <summary>A certificate for a name, and for this machine's addresses.</summary>
    public static X509Certificate2 Make(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        using var signed = request.Create(Authority, Authority.NotBefore, Authority.NotAfter, RandomNumberGenerator.GetBytes(8));
        using var whole = signed.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pfx), null);
    }

    private static X509Certificate2 MakeAuthority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=authority.test", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.DigitalSignature, true));
        var now = DateTimeOffset.UtcNow;
        using var made = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
    }
}
