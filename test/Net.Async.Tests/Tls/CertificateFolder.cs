using System.Security.Cryptography.X509Certificates;

namespace Net.Async.Tests.Tls;

/// <summary>Certificates and keys as files in PEM, for programs that read files; gone with the test.</summary>
internal sealed class CertificateFolder(string prefix) : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory(prefix);

    public string PathOf(string name) => Path.Combine(_directory.FullName, name);

    public string Pem(X509Certificate2 certificate) => Write(certificate.Thumbprint + ".pem", certificate.ExportCertificatePem());

    public string Key(X509Certificate2 certificate) => Write(certificate.Thumbprint + ".key", certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());

    public void Dispose() => _directory.Delete(recursive: true);

    private string Write(string name, string text)
    {
        File.WriteAllText(PathOf(name), text);
        return PathOf(name);
    }
}
