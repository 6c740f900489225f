namespace Net.Async;

/// <summary>What a TLV of a header of version 2 says; the numbers are those of the protocol. 0xE0 to 0xEF are for uses of one's own, 0xF0 to 0xF7 for experiments.</summary>
public enum ProxyTlvType
{
    /// <summary>The application protocol that was negotiated (ALPN, RFC 7301).</summary>
    Alpn = 0x01,

    /// <summary>The host that the client has named (SNI, RFC 6066), UTF-8.</summary>
    Authority = 0x02,

    /// <summary>The CRC-32C of the whole header, four bytes.</summary>
    Checksum = 0x03,

    /// <summary>Nothing: it only fills.</summary>
    Noop = 0x04,

    /// <summary>An opaque name of the connection, at most 128 bytes.</summary>
    UniqueId = 0x05,

    /// <summary>The client's TLS session with the proxy: <see cref="ProxyTls"/>.</summary>
    Tls = 0x20,

    /// <summary>Inside <see cref="Tls"/>: the version, US-ASCII.</summary>
    TlsVersion = 0x21,

    /// <summary>Inside <see cref="Tls"/>: the common name of the client's certificate, UTF-8.</summary>
    TlsCommonName = 0x22,

    /// <summary>Inside <see cref="Tls"/>: the cipher, US-ASCII.</summary>
    TlsCipher = 0x23,

    /// <summary>Inside <see cref="Tls"/>: the algorithm that the certificate is signed with, US-ASCII.</summary>
    TlsSignatureAlgorithm = 0x24,

    /// <summary>Inside <see cref="Tls"/>: the algorithm of the certificate's key, US-ASCII.</summary>
    TlsKeyAlgorithm = 0x25,

    /// <summary>The network namespace at the proxy, US-ASCII.</summary>
    NetworkNamespace = 0x30,
}
