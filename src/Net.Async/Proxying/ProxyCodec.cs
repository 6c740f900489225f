using System.Buffers;

namespace Net.Async;

/// <summary>Headers of the PROXY protocol as bytes, of both versions. For a transport of your own; a server has <see cref="ProxyProtocol"/>.</summary>
public static class ProxyCodec
{
    /// <summary>Reads the header at the beginning of what a connection has sent. A part of a header that is already wrong is refused at once, not when all of it is there.</summary>
    /// <param name="bytes">The first bytes of the connection, as many as there are.</param>
    /// <param name="header">The header; null unless it is whole.</param>
    /// <param name="length">How many of the bytes are the header; what follows belongs to the connection. 0 unless it is whole.</param>
    /// <param name="options">Null for the defaults. Whom to trust is the caller's to decide.</param>
    /// <returns><see cref="OperationStatus.Done"/>, <see cref="OperationStatus.NeedMoreData"/>, or <see cref="OperationStatus.InvalidData"/>.</returns>
    public static OperationStatus Read(ReadOnlySpan<byte> bytes, out ProxyHeader? header, out int length, ProxyProtocolOptions? options = null)
    {
        options ??= new();
        var read = Read(bytes, options.Versions, options.MaxHeaderBytes);
        (header, length) = (read.Header, read.Header is null ? 0 : read.Length);
        return read.Problem is not null ? OperationStatus.InvalidData : header is null ? OperationStatus.NeedMoreData : OperationStatus.Done;
    }

    /// <summary>Writes a header.</summary>
    /// <param name="header">The header, of one version.</param>
    /// <returns>The bytes, which are sent before everything else.</returns>
    /// <exception cref="InvalidOperationException">It is of version 1 and has TLVs, or is longer than 65,551 bytes, or has several checksums.</exception>
    public static byte[] ToArray(ProxyHeader header)
    {
        ArgumentNullException.ThrowIfNull(header);
        return header.Version == ProxyProtocolVersions.V1 ? ProxyText.Write(header) : ProxyBinary.Write(header);
    }

    /// <summary>Reads, and says why not.</summary>
    internal static ProxyRead Read(ReadOnlySpan<byte> bytes, ProxyProtocolVersions versions, int maxBytes)
    {
        if (bytes.IsEmpty)
            return ProxyRead.Needs(ProxyBinary.FixedLength);
        var version = bytes[0] switch { (byte)'P' => ProxyProtocolVersions.V1, (byte)'\r' => ProxyProtocolVersions.V2, _ => ProxyProtocolVersions.None };
        if (version == ProxyProtocolVersions.None)
            return ProxyRead.Bad($"begins with the byte 0x{bytes[0]:X2}");
        if (!versions.HasFlag(version))
            return ProxyRead.Bad($"is of version {version}, which is not taken");
        return version == ProxyProtocolVersions.V1 ? ProxyText.Read(bytes) : ProxyBinary.Read(bytes, maxBytes);
    }
}
