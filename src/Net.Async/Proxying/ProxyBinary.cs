using System.Buffers.Binary;

namespace Net.Async;

/// <summary>Version 2: a signature, a version and a command, a family, a length, addresses, TLVs (PROXY protocol, 2.2).</summary>
internal static class ProxyBinary
{
    public const int FixedLength = 16;

    private const int CommandAt = 12, FamilyAt = 13, LengthAt = 14, ChecksumLength = 4;
    private const int Version = 2, LocalCommand = 0, ProxyCommand = 1, MostUniqueId = 128;

    private static ReadOnlySpan<byte> Signature => "\r\n\r\n\0\r\nQUIT\n"u8;

    public static ProxyRead Read(ReadOnlySpan<byte> bytes, int maxBytes)
    {
        var begin = Math.Min(bytes.Length, Signature.Length);
        if (!bytes[..begin].SequenceEqual(Signature[..begin]))
            return ProxyRead.Bad("does not begin with the signature of version 2");
        if (bytes.Length > CommandAt && (bytes[CommandAt] >> 4 != Version || (bytes[CommandAt] & 0xF) is not (LocalCommand or ProxyCommand)))
            return ProxyRead.Bad($"has version and command 0x{bytes[CommandAt]:X2}, and not 0x20 or 0x21");
        if (bytes.Length < FixedLength)
            return ProxyRead.Needs(FixedLength);
        var length = FixedLength + BinaryPrimitives.ReadUInt16BigEndian(bytes[LengthAt..]);
        if (length > maxBytes)
            return ProxyRead.Bad($"has {length} bytes, and {maxBytes} are allowed");
        return bytes.Length < length ? ProxyRead.Needs(length) : ReadWhole(bytes[..length]);
    }

    public static byte[] Write(ProxyHeader header)
    {
        var family = header.IsLocal ? ProxyAddresses.Unspecified : ProxyAddresses.FamilyOf(header);
        var at = FixedLength + ProxyAddresses.LengthOf(family)!.Value;
        var length = at + header.Tlvs.Sum(static tlv => ProxyTlvs.HeadLength + tlv.Value.Length);
        if (length - FixedLength > ushort.MaxValue)
            throw new InvalidOperationException($"The header would have {length} bytes; {FixedLength + ushort.MaxValue} are the most.");
        var bytes = new byte[length];
        Signature.CopyTo(bytes);
        bytes[CommandAt] = (byte)((Version << 4) | (header.IsLocal ? LocalCommand : ProxyCommand));
        bytes[FamilyAt] = family;
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(LengthAt), (ushort)(length - FixedLength));
        ProxyAddresses.Write(header, bytes.AsSpan(FixedLength, at - FixedLength));
        WriteTlvs(header, bytes, at);
        return bytes;
    }

    private static void WriteTlvs(ProxyHeader header, byte[] bytes, int at)
    {
        var checksumAt = -1;
        foreach (var tlv in header.Tlvs)
        {
            if (tlv.Type == ProxyTlvType.Checksum)
                checksumAt = checksumAt < 0 && tlv.Value.Length == ChecksumLength ? at + ProxyTlvs.HeadLength : throw new InvalidOperationException($"A header has one checksum of {ChecksumLength} bytes, {nameof(ProxyTlv)}.{nameof(ProxyTlv.Checksum)}.");
            at += ProxyTlvs.Write(bytes.AsSpan(at), (int)tlv.Type, tlv.Value.Span);
        }

        if (checksumAt >= 0)
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(checksumAt), Checksum(bytes, checksumAt));
    }

    private static ProxyRead ReadWhole(ReadOnlySpan<byte> bytes)
    {
        // The family and all that follows are to be discarded.
        if ((bytes[CommandAt] & 0xF) == LocalCommand)
            return ProxyRead.Whole(ProxyHeader.Local, bytes.Length);
        var family = bytes[FamilyAt];
        if (ProxyAddresses.LengthOf(family) is not { } addresses)
            return ProxyRead.Bad($"has family and transport 0x{family:X2}, which are no stream");
        var tlvsAt = FixedLength + addresses;
        if (tlvsAt > bytes.Length)
            return ProxyRead.Bad($"has {bytes.Length - FixedLength} bytes behind its length, and its addresses have {addresses}");
        if (ProxyAddresses.Read(family, bytes[FixedLength..tlvsAt]) is not { } header)
            return ProxyRead.Bad("has a path that is longer than those of this system");
        var tlvs = new List<ProxyTlv>();
        return ReadTlvs(bytes, tlvsAt, tlvs) is { } problem ? ProxyRead.Bad(problem) : ProxyRead.Whole(tlvs.Count == 0 ? header : header with { Tlvs = tlvs }, bytes.Length);
    }

    private static string? ReadTlvs(ReadOnlySpan<byte> bytes, int at, List<ProxyTlv> tlvs)
    {
        ReadOnlyMemory<byte> copy = at == bytes.Length ? default : bytes.ToArray();
        var (checksumAt, isCut) = (-1, false);
        while (ProxyTlvs.TryNext(bytes, ref at, out var type, out var value, out isCut))
        {
            var tlv = new ProxyTlv((ProxyTlvType)type, copy[value]);
            if (WhyBad(tlv) is { } problem)
                return problem;
            if (tlv.Type == ProxyTlvType.Checksum)
            {
                if (checksumAt >= 0)
                    return "has two checksums";
                checksumAt = value.Start.Value;
            }

            tlvs.Add(tlv);
        }

        return isCut ? "ends inside of a TLV"
            : checksumAt >= 0 && Checksum(bytes, checksumAt) != BinaryPrimitives.ReadUInt32BigEndian(bytes[checksumAt..]) ? "has a checksum that is not its own"
            : null;
    }

    private static string? WhyBad(ProxyTlv tlv) => tlv.Type switch
    {
        ProxyTlvType.Checksum when tlv.Value.Length != ChecksumLength => $"has a checksum of {tlv.Value.Length} bytes",
        ProxyTlvType.UniqueId when tlv.Value.Length > MostUniqueId => $"has a unique id of {tlv.Value.Length} bytes, and {MostUniqueId} are the most",
        ProxyTlvType.Tls when ProxyTls.TryRead(tlv.Value) is null => "ends inside of what it says of TLS",
        _ => null,
    };

    // Of all bytes, with zeros in the place of the checksum (2.2.4).
    private static uint Checksum(ReadOnlySpan<byte> bytes, int at)
    {
        var crc = Crc32C.Begin;
        crc = Crc32C.Add(crc, bytes[..at]);
        crc = Crc32C.Add(crc, stackalloc byte[ChecksumLength]);
        return Crc32C.End(Crc32C.Add(crc, bytes[(at + ChecksumLength)..]));
    }
}
