using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Net.Async;

/// <summary>The files of a certificate and its key, and whether they have changed.</summary>
/// <remarks>Their contents are compared: neither a time stamp nor a watcher follows the symbolic links by which certificates are commonly replaced.</remarks>
internal sealed class CertificateFiles(string certificatePath, string keyPath)
{
    // More than any chain has.
    private const int MostBytes = 1024 * 1024;

    private byte[] _loaded = [];

    /// <summary>Whether they are not as they were loaded, or cannot be read.</summary>
    public bool HaveChanged()
    {
        try
        {
            return !HashOf(Read(certificatePath), Read(keyPath)).AsSpan().SequenceEqual(_loaded);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            // The load that follows says it.
            return true;
        }
    }

    /// <summary>The server's own certificate with its key, and those behind it.</summary>
    public X509Certificate2Collection LoadPem()
    {
        var (certificates, key) = (Read(certificatePath), Read(keyPath));
        // Also what cannot be loaded is looked at once.
        _loaded = HashOf(certificates, key);
        using var own = X509Certificate2.CreateFromPem(certificates, key);
        var loaded = new X509Certificate2Collection();
        loaded.ImportFromPem(certificates);
        loaded[0].Dispose();
        // A key that was loaded is one that every platform's TLS can use.
        loaded[0] = X509CertificateLoader.LoadPkcs12(own.Export(X509ContentType.Pkcs12), null);
        return loaded;
    }

    private static string Read(string path) => new FileInfo(path).Length <= MostBytes
        ? File.ReadAllText(path)
        : throw new CryptographicException($"{path} is longer than {MostBytes} bytes, and no certificate.");

    private static byte[] HashOf(string certificates, string key) => SHA256.HashData(Encoding.UTF8.GetBytes(certificates + "\0" + key));
}
