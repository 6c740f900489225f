using System.Buffers.Binary;

namespace Net.Async;

/// <summary>What a proxy says of the TLS session that the client has with it.</summary>
public sealed class ProxyTls
{
    private const int HeadLength = 5;
    private const byte OverTls = 1, CertificateOnConnection = 2, CertificateInSession = 4;

    private readonly byte _client;

    private ProxyTls(byte client, uint verifyResult, IReadOnlyList<ProxyTlv> tlvs) => (_client, VerifyResult, Tlvs) = (client, verifyResult, tlvs);

    /// <summary>The client came over TLS.</summary>
    public bool IsTls => (_client & OverTls) != 0;

    /// <summary>The client showed a certificate on this connection.</summary>
    public bool HasCertificateOnConnection => (_client & CertificateOnConnection) != 0;

    /// <summary>The client showed a certificate once in this TLS session, perhaps on an earlier connection.</summary>
    public bool HasCertificateInSession => (_client & CertificateInSession) != 0;

    /// <summary>Whether the proxy has verified the client's certificate.</summary>
    /// <remarks>Without a certificate there was nothing to verify, and the protocol's field says 0 too: this is false then.</remarks>
    public bool IsCertificateVerified => VerifyResult == 0 && (HasCertificateOnConnection || HasCertificateInSession);

    /// <summary>0 when a certificate was verified, or none was shown; else the proxy's number for what was wrong.</summary>
    public uint VerifyResult { get; }

    /// <summary>The facts of the session, in order.</summary>
    public IReadOnlyList<ProxyTlv> Tlvs { get; }

    /// <summary>The version, <c>TLSv1.3</c> for example; null where the proxy does not say.</summary>
    public string? Version => TextOf(ProxyTlvType.TlsVersion);

    /// <summary>The common name of the client's certificate; null where there is none.</summary>
    public string? CommonName => TextOf(ProxyTlvType.TlsCommonName);

    /// <summary>The cipher, <c>ECDHE-RSA-AES128-GCM-SHA256</c> for example; null where the proxy does not say.</summary>
    public string? Cipher => TextOf(ProxyTlvType.TlsCipher);

    /// <summary>The algorithm that the proxy's certificate is signed with, <c>SHA256</c> for example; null where the proxy does not say.</summary>
    public string? SignatureAlgorithm => TextOf(ProxyTlvType.TlsSignatureAlgorithm);

    /// <summary>The algorithm of the key of the proxy's certificate, <c>RSA2048</c> for example; null where the proxy does not say.</summary>
    public string? KeyAlgorithm => TextOf(ProxyTlvType.TlsKeyAlgorithm);

    /// <summary>Reads the value of a <see cref="ProxyTlvType.Tls"/>; null when it is cut off.</summary>
    internal static ProxyTls? TryRead(ReadOnlyMemory<byte> value)
    {
        if (value.Length < HeadLength)
            return null;
        var (tlvs, at, isCut) = (new List<ProxyTlv>(), HeadLength, false);
        while (ProxyTlvs.TryNext(value.Span, ref at, out var type, out var part, out isCut))
            tlvs.Add(new ProxyTlv((ProxyTlvType)type, value[part]));
        return isCut ? null : new ProxyTls(value.Span[0], BinaryPrimitives.ReadUInt32BigEndian(value.Span[1..]), tlvs);
    }

    private string? TextOf(ProxyTlvType type) => Tlvs.FirstOrDefault(tlv => tlv.Type == type)?.Text;
}
