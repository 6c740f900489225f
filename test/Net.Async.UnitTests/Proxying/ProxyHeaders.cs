using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Net.Async.Tests.Proxying;

/// <summary>Headers by hand, good and bad: what the tests and the fuzz target begin with.</summary>
internal static class ProxyHeaders
{
    public static IPEndPoint Client { get; } = IPEndPoint.Parse("192.0.2.1:56324");

    public static IPEndPoint Frontend { get; } = IPEndPoint.Parse("198.51.100.1:443");

    /// <summary>Lines of version 1 without their end, and what they say.</summary>
    public static IReadOnlyList<(string Line, string? Source, string? Destination)> GoodLines { get; } =
    [
        ("PROXY TCP4 192.0.2.1 198.51.100.1 56324 443", "192.0.2.1:56324", "198.51.100.1:443"),
        ("PROXY TCP4 0.0.0.0 255.255.255.255 0 65535", "0.0.0.0:0", "255.255.255.255:65535"),
        ("PROXY TCP6 2001:db8::1 ::1 1 2", "[2001:db8::1]:1", "[::1]:2"),
        ("PROXY TCP6 2001:DB8:0:0:0:0:0:1 1:2:3:4:5:6:7:8 65535 0", "[2001:db8::1]:65535", "[1:2:3:4:5:6:7:8]:0"),
        ("PROXY TCP6 ::ffff:192.0.2.1 :: 10 20", "[::ffff:192.0.2.1]:10", "[::]:20"),
        ("PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535", "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535", "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535"),
        ("PROXY UNKNOWN", null, null),
        ("PROXY UNKNOWN ", null, null),
        ("PROXY UNKNOWN ffff::1 ffff::2 65535 65535", null, null),
        ("PROXY UNKNOWN what ever is here", null, null),
        ("PROXY UNKNOWN " + new string('x', 91), null, null),
    ];

    /// <summary>Lines that are none.</summary>
    public static IReadOnlyList<string> BadLines { get; } =
    [
        "PROXY", "PROXY ", "PROXY  TCP4 192.0.2.1 198.51.100.1 1 2", "proxy TCP4 192.0.2.1 198.51.100.1 1 2", " PROXY TCP4 192.0.2.1 198.51.100.1 1 2", "PROXYTCP4 192.0.2.1 198.51.100.1 1 2",
        "PROXY\tTCP4 192.0.2.1 198.51.100.1 1 2", "PROXY TCP4", "PROXY TCP4 ", "PROXY TCP4 192.0.2.1", "PROXY TCP4 192.0.2.1 198.51.100.1", "PROXY TCP4 192.0.2.1 198.51.100.1 1",
        "PROXY TCP4 192.0.2.1 198.51.100.1 1 ", "PROXY TCP4 192.0.2.1 198.51.100.1 1 2 ", "PROXY TCP4 192.0.2.1 198.51.100.1 1 2 3", "PROXY TCP4 192.0.2.1  198.51.100.1 1 2", "PROXY TCP4  192.0.2.1 198.51.100.1 1 2",
        "PROXY TCP4 192.0.2.1 198.51.100.1 1  2", "PROXY TCP4\t192.0.2.1 198.51.100.1 1 2", "PROXY TCP4 192.0.2.1\t198.51.100.1 1 2", "PROXY tcp4 192.0.2.1 198.51.100.1 1 2", "PROXY TCP 192.0.2.1 198.51.100.1 1 2",
        "PROXY TCP5 192.0.2.1 198.51.100.1 1 2", "PROXY UDP4 192.0.2.1 198.51.100.1 1 2", "PROXY TCP44 192.0.2.1 198.51.100.1 1 2", "PROXY UNKNOWNX", "PROXY UNKNOW", "PROXY unknown",
        "PROXY TCP4 192.0.2.01 198.51.100.1 1 2", "PROXY TCP4 192.0.2 198.51.100.1 1 2", "PROXY TCP4 192.0.2.256 198.51.100.1 1 2", "PROXY TCP4 192.0.2.1. 198.51.100.1 1 2", "PROXY TCP4 0xc0.0.2.1 198.51.100.1 1 2",
        "PROXY TCP4 3221225985 198.51.100.1 1 2", "PROXY TCP4 ::1 ::1 1 2", "PROXY TCP4 ::ffff:192.0.2.1 198.51.100.1 1 2", "PROXY TCP4 localhost 198.51.100.1 1 2", "PROXY TCP4 +1.0.2.1 198.51.100.1 1 2", "PROXY TCP4 -1.0.2.1 198.51.100.1 1 2",
        "PROXY TCP6 192.0.2.1 198.51.100.1 1 2", "PROXY TCP6 ::1 192.0.2.1 1 2", "PROXY TCP6 [::1] [::1] 1 2", "PROXY TCP6 ::1%1 ::1 1 2", "PROXY TCP6 fe80::1%eth0 ::1 1 2", "PROXY TCP6 1:2:3:4:5:6:7 ::1 1 2",
        "PROXY TCP6 1:2:3:4:5:6:7:8:9 ::1 1 2", "PROXY TCP6 1::2::3 ::1 1 2", "PROXY TCP6 ::12345 ::1 1 2", "PROXY TCP6 ::g ::1 1 2", "PROXY TCP6 ::1/64 ::1 1 2", "PROXY TCP6 : ::1 1 2", "PROXY TCP6 ::ffff:192.0.2.01 ::1 1 2",
        "PROXY TCP4 192.0.2.1 198.51.100.1 01 2", "PROXY TCP4 192.0.2.1 198.51.100.1 1 00", "PROXY TCP4 192.0.2.1 198.51.100.1 65536 2", "PROXY TCP4 192.0.2.1 198.51.100.1 1 99999", "PROXY TCP4 192.0.2.1 198.51.100.1 1 100000",
        "PROXY TCP4 192.0.2.1 198.51.100.1 -1 2", "PROXY TCP4 192.0.2.1 198.51.100.1 +1 2", "PROXY TCP4 192.0.2.1 198.51.100.1 1. 2", "PROXY TCP4 192.0.2.1 198.51.100.1 0x1 2", "PROXY TCP4 192.0.2.1 198.51.100.1 1e1 2",
        "PROXY TCP4 192.0.2.1 198.51.100.1 1 2\0", "PROXY TCP4 192.0.2.1\0 198.51.100.1 1 2", "PROXY TCP4 192.0.2.1 198.51.100.1 ١ 2", "PROXY UNKNOWN " + new string('x', 92), "PROXY TCP6 ::1 ::1 1 " + new string('2', 90),
        "GET / HTTP/1.1", "\0", "PROXX",
    ];

    /// <summary>Headers of version 2 with each family, and with TLVs.</summary>
    public static IReadOnlyList<ProxyHeader> Good { get; } =
    [
        new(Client, Frontend),
        new(IPEndPoint.Parse("[2001:db8::1]:1"), IPEndPoint.Parse("[::1]:2")),
        new(new UnixDomainSocketEndPoint("/run/client"), new UnixDomainSocketEndPoint("/run/frontend")),
        new(new UnixDomainSocketEndPoint("\0abstract"), new UnixDomainSocketEndPoint("/" + new string('x', 106))),
        ProxyHeader.Local,
        ProxyHeader.Unknown,
        new(Client, Frontend) { Tlvs = [ProxyTlv.Checksum] },
        new(Client, Frontend)
        {
            Tlvs =
            [
                new(ProxyTlvType.Alpn, "h2"), new(ProxyTlvType.Authority, "example.org"), ProxyTlv.Checksum, new(ProxyTlvType.Noop, new byte[5]), new(ProxyTlvType.UniqueId, new byte[128]),
                Tls, new(ProxyTlvType.NetworkNamespace, "blue"), new((ProxyTlvType)0xE0, ReadOnlyMemory<byte>.Empty), new((ProxyTlvType)0xEA, "vpce-1"), new(ProxyTlvType.Alpn, "http/1.1"),
            ],
        },
        ProxyHeader.Unknown with { Tlvs = [new(ProxyTlvType.Authority, "example.org"), ProxyTlv.Checksum] },
    ];

    public static ProxyTlv Tls => new(ProxyTlvType.Tls, (byte[])[0x07, 0, 0, 0, 0, 0x21, 0, 7, .. "TLSv1.3"u8, 0x22, 0, 4, .. "jane"u8, 0x23, 0, 3, .. "AES"u8, 0x24, 0, 6, .. "SHA256"u8, 0x25, 0, 7, .. "RSA2048"u8]);

    /// <summary>A header of version 2 from its parts, without any check.</summary>
    public static byte[] V2(int versionAndCommand, int family, byte[] block, int? length = null)
    {
        byte[] bytes = [.. "\r\n\r\n\0\r\nQUIT\n"u8, (byte)versionAndCommand, (byte)family, 0, 0, .. block];
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(14), (ushort)(length ?? block.Length));
        return bytes;
    }

    /// <summary>Two addresses and ports of IPv4, and TLVs behind them.</summary>
    public static byte[] V4Block(params byte[] tlvs) => [192, 0, 2, 1, 198, 51, 100, 1, 0xDC, 0x04, 0x01, 0xBB, .. tlvs];

    /// <summary>Bytes that are no header of version 2, with what is wrong.</summary>
    public static IEnumerable<(string What, byte[] Bytes)> BadBinary()
    {
        foreach (var command in (int[])[0x11, 0x01, 0x00, 0x31, 0x22, 0x2F, 0xFF])
            yield return ($"command {command:X2}", V2(command, 0x11, V4Block()));
        foreach (var family in (int[])[0x01, 0x02, 0x10, 0x12, 0x13, 0x1F, 0x20, 0x22, 0x23, 0x30, 0x32, 0x33, 0x41, 0xFF])
            yield return ($"family {family:X2}", V2(0x21, family, new byte[216]));
        yield return ("IPv4 of 11 bytes", V2(0x21, 0x11, new byte[11]));
        yield return ("IPv6 of 35 bytes", V2(0x21, 0x21, new byte[35]));
        yield return ("Unix of 215 bytes", V2(0x21, 0x31, new byte[215]));
        yield return ("no addresses", V2(0x21, 0x11, []));
        yield return ("a TLV of one byte", V2(0x21, 0x11, V4Block(0x04)));
        yield return ("a TLV of two bytes", V2(0x21, 0x11, V4Block(0x04, 0)));
        yield return ("a TLV without its value", V2(0x21, 0x11, V4Block(0x04, 0, 1)));
        yield return ("a TLV that ends behind the header", V2(0x21, 0x11, V4Block(0x04, 0xFF, 0xFF, 1, 2)));
        yield return ("a second TLV that is cut", V2(0x21, 0x11, V4Block(0x04, 0, 1, 9, 0x04, 0, 2, 1)));
        yield return ("a TLV of an unknown family that is cut", V2(0x21, 0x00, [0x04, 0, 1]));
        yield return ("a checksum that is wrong", V2(0x21, 0x11, V4Block(0x03, 0, 4, 1, 2, 3, 4)));
        yield return ("a checksum of zero", V2(0x21, 0x11, V4Block(0x03, 0, 4, 0, 0, 0, 0)));
        yield return ("a checksum of three bytes", V2(0x21, 0x11, V4Block(0x03, 0, 3, 1, 2, 3)));
        yield return ("two checksums", V2(0x21, 0x11, V4Block(0x03, 0, 4, 0, 0, 0, 0, 0x03, 0, 4, 0, 0, 0, 0)));
        yield return ("a unique id of 129 bytes", V2(0x21, 0x11, V4Block([0x05, 0, 129, .. new byte[129]])));
        yield return ("TLS of four bytes", V2(0x21, 0x11, V4Block(0x20, 0, 4, 1, 0, 0, 0)));
        yield return ("TLS with a TLV that is cut", V2(0x21, 0x11, V4Block(0x20, 0, 8, 1, 0, 0, 0, 0, 0x21, 0, 1)));
        yield return ("TLS with one byte behind it", V2(0x21, 0x11, V4Block(0x20, 0, 6, 1, 0, 0, 0, 0, 0x21)));
        for (var i = 1; i < 12; i++)
        {
            var bytes = V2(0x21, 0x11, V4Block());
            bytes[i] ^= 0x20;
            yield return ($"signature, byte {i}", bytes);
        }
    }

    /// <summary>Everything, good and bad, as bytes.</summary>
    public static byte[][] Corpus { get; } =
    [
        .. GoodLines.Select(static good => Encoding.UTF8.GetBytes(good.Line + "\r\n")), .. BadLines.Select(static line => Encoding.UTF8.GetBytes(line + "\r\n")),
        .. Good.Select(ProxyCodec.ToArray), .. BadBinary().Select(static bad => bad.Bytes), V2(0x20, 0xFF, [1, 2, 3]), V2(0x21, 0x11, V4Block(new byte[3000])),
    ];
}
