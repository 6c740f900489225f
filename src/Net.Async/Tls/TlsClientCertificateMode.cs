namespace Net.Async;

/// <summary>Whether a server asks its clients for a certificate.</summary>
public enum TlsClientCertificateMode
{
    /// <summary>It does not ask.</summary>
    None,

    /// <summary>It asks, and lets clients in that have none. One that is shown has to be valid.</summary>
    Allow,

    /// <summary>A client without a valid certificate fails the handshake.</summary>
    Require,
}
