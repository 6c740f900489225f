using System.Security.Cryptography.X509Certificates;

namespace Net.Async;

/// <summary>A certificate that may change while servers run: files that are looked at again, or a function that is called again. Safe for several threads at once.</summary>
/// <remarks>
/// Handshakes take the newest one; connections under way are not touched. What cannot be loaded changes nothing: the last good certificate stays, and the error is in
/// <see cref="LastError"/> and goes to the callback given. Nothing runs while no client comes.
/// </remarks>
public sealed class TlsCertificateSource
{
    private readonly Func<X509Certificate2Collection> _load;
    private readonly CertificateFiles? _files;
    private readonly TlsReloadOptions _options;
    private readonly Lock _loading = new();
    private volatile TlsChain _chain;
    private long _lastLook;
    private int _isLooking;

    private TlsCertificateSource(Func<X509Certificate2Collection> load, CertificateFiles? files, TlsReloadOptions? options)
    {
        (_load, _files, _options) = (load, files, options is null ? new() : options with { });
        _chain = Load();
        _lastLook = _options.TimeProvider.GetTimestamp();
    }

    /// <summary>The certificate of the next handshake.</summary>
    public X509Certificate2 Certificate => _chain.Own;

    /// <summary>Why the last reload has failed; null when it succeeded, or there was none.</summary>
    public Exception? LastError { get; private set; }

    /// <summary>A certificate in PEM, with the intermediate ones behind it. A handshake that comes after <see cref="TlsReloadOptions.CheckInterval"/> has the files looked at again, and loaded when they have changed.</summary>
    /// <param name="certificatePath">The file of the certificates, the server's own first.</param>
    /// <param name="keyPath">The file of the private key; null when it is in the same file.</param>
    /// <param name="options">Null for the defaults. They are copied.</param>
    /// <exception cref="ArgumentException">A path is empty.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="System.Security.Cryptography.CryptographicException">A file has no certificate, or no key that fits to it.</exception>
    public static TlsCertificateSource FromPemFiles(string certificatePath, string? keyPath = null, TlsReloadOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(certificatePath);
        var files = new CertificateFiles(certificatePath, keyPath ?? certificatePath);
        return new TlsCertificateSource(files.LoadPem, files, options);
    }

    /// <summary>A function that brings the certificate with its private key. It is called now, and by each <see cref="TryReload"/>.</summary>
    /// <param name="load">The server's own certificate first, then the intermediate ones.</param>
    /// <param name="options">Null for the defaults. They are copied.</param>
    /// <exception cref="ArgumentException">It brings no certificate, or one without a private key.</exception>
    public static TlsCertificateSource FromFunction(Func<X509Certificate2Collection> load, TlsReloadOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(load);
        return new TlsCertificateSource(load, null, options);
    }

    /// <summary>Loads the certificate again, now.</summary>
    /// <returns>False when it failed: the last good one stays, and <see cref="LastError"/> says why.</returns>
    public bool TryReload()
    {
        lock (_loading)
        {
            try
            {
                _chain = Load();
                LastError = null;
                return true;
            }
            catch (Exception exception)
            {
                LastError = exception;
                Report(exception);
                return false;
            }
        }
    }

    /// <summary>What the next handshake uses. It never waits for a file.</summary>
    internal TlsChain Current()
    {
        if (_files is not null && _options.TimeProvider.GetElapsedTime(Volatile.Read(ref _lastLook)) >= _options.CheckInterval && Interlocked.Exchange(ref _isLooking, 1) == 0)
        {
            Volatile.Write(ref _lastLook, _options.TimeProvider.GetTimestamp());
            ThreadPool.UnsafeQueueUserWorkItem(static source => source.Look(), this, preferLocal: false);
        }

        return _chain;
    }

    private void Look()
    {
        try
        {
            if (_files!.HaveChanged())
                TryReload();
        }
        finally
        {
            Volatile.Write(ref _isLooking, 0);
        }
    }

    private TlsChain Load()
    {
        var loaded = _load();
        if (loaded is not [var own, ..])
            throw new ArgumentException("There is no certificate.");
        _ = TlsCertificates.CheckKey(own, nameof(Certificate));
        return new TlsChain(own, loaded.Count > 1 ? [.. loaded.Skip(1)] : null);
    }

    private void Report(Exception exception)
    {
        NetAsyncEventSource.Log.CallbackFailed(exception.ToString());
        try
        {
            _options.OnError?.Invoke(exception);
        }
        catch (Exception thrown)
        {
            NetAsyncEventSource.Log.CallbackFailed(thrown.ToString());
        }
    }
}
