using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Hosting;
using Orleans.Connections.Security;
using Orleans.Hosting;

namespace Net.Async.Tests;

/// <summary>The TLS middleware of Orleans over our transport: it takes the place of the pipes, and gives it back.</summary>
public sealed class TlsTests : LeakCheck
{
    [Fact]
    public async Task Call_WithTlsBetweenAll_Answers()
    {
        using var certificate = SelfSigned();
        await using var first = await TestSilo.StartAsync(builder => builder.UseNetAsync().UseTls(certificate, options => Configure(options)));
        await using var second = await TestSilo.StartAsync(builder => builder.UseTls(certificate, options => Configure(options)).UseNetAsync(), first);
        await using var client = await TestClient.StartAsync(builder => builder.UseNetAsync().UseTls(certificate, options => Configure(options)), first, second);
        var bytes = new byte[100_000];
        Random.Shared.NextBytes(bytes);

        for (var i = 0; i < 20; i++)
            Assert.Equal(bytes, await client.Grains.GetGrain<IEchoGrain>(i).EchoByAsync(i + 1, bytes).Soon());
    }

    // Nothing that is no TLS gets through.
    [Fact]
    public async Task Dial_WithoutTls_IsEndedAndTheStopEnds()
    {
        using var certificate = SelfSigned();
        await using var silo = await TestSilo.StartAsync(builder => builder.UseNetAsync().UseTls(certificate, options => Configure(options)));

        for (var kind = 1; kind < 5; kind++)
            (await Intruder.StayAsync(silo.Gateway, kind)).Dispose();
    }

    private static void Configure(TlsOptions options)
    {
        options.RemoteCertificateMode = RemoteCertificateMode.AllowCertificate;
        options.AllowAnyRemoteCertificate();
        options.OnAuthenticateAsClient = static (_, client) => client.TargetHost = "localhost";
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], critical: false));
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), password: null);
    }
}
