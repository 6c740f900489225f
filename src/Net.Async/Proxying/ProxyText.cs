using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Net.Async;

/// <summary>Version 1: one line of at most 107 bytes, its CR LF included (PROXY protocol, 2.1).</summary>
internal static class ProxyText
{
    public const int Longest = 107;

    private static ReadOnlySpan<byte> Prefix => "PROXY "u8;

    public static ProxyRead Read(ReadOnlySpan<byte> bytes)
    {
        var begin = Math.Min(bytes.Length, Prefix.Length);
        if (!bytes[..begin].SequenceEqual(Prefix[..begin]))
            return ProxyRead.Bad("does not begin with PROXY and a blank");
        var line = bytes[..Math.Min(bytes.Length, Longest - 1)];
        var end = line.IndexOfAny((byte)'\r', (byte)'\n');
        if (end < 0)
            return line.Length < Longest - 1 ? ProxyRead.Needs(Longest) : ProxyRead.Bad($"has no end of line within {Longest} bytes");
        if (bytes[end] == '\n')
            return ProxyRead.Bad("has a line feed without a carriage return");
        if (end + 1 == bytes.Length)
            return ProxyRead.Needs(end + 2);
        if (bytes[end + 1] != '\n')
            return ProxyRead.Bad("has a carriage return without a line feed");
        return ReadLine(bytes[Prefix.Length..end], end + 2);
    }

    public static byte[] Write(ProxyHeader header)
    {
        if (header.Tlvs.Count > 0)
            throw new InvalidOperationException($"A header of version 1 has no TLVs: the first of {header.Tlvs.Count} is {header.Tlvs[0]}.");
        if (header is not { Source: IPEndPoint source, Destination: IPEndPoint destination })
            return "PROXY UNKNOWN\r\n"u8.ToArray();
        var (from, to) = ProxyAddresses.SameFamily(source, destination);
        var family = from.AddressFamily == AddressFamily.InterNetwork ? 4 : 6;
        return Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"PROXY TCP{family} {from.Address} {to.Address} {from.Port} {to.Port}\r\n"));
    }

    private static ProxyRead ReadLine(ReadOnlySpan<byte> line, int length)
    {
        // What follows UNKNOWN is ignored (2.1).
        if (line.SequenceEqual("UNKNOWN"u8) || line.StartsWith("UNKNOWN "u8))
            return ProxyRead.Whole(ProxyHeader.Unknown with { Version = ProxyProtocolVersions.V1 }, length);
        Span<char> text = stackalloc char[Longest];
        // One character a byte: those that are not ASCII are in no address.
        text = text[..Encoding.Latin1.GetChars(line, text)];
        Span<Range> fields = stackalloc Range[6];
        if (text.Length < 5 || text[..5] is not ("TCP4 " or "TCP6 ") || ((ReadOnlySpan<char>)text).Split(fields, ' ') != 5)
            return ProxyRead.Bad("is not TCP4, TCP6 or UNKNOWN with two addresses and two ports, one blank between each");
        var isIPv4 = text[3] == '4';
        if (Address(text[fields[1]], isIPv4) is not { } source || Address(text[fields[2]], isIPv4) is not { } destination)
            return ProxyRead.Bad($"has an address that is no IPv{(isIPv4 ? 4 : 6)} address");
        if (Port(text[fields[3]]) is not { } sourcePort || Port(text[fields[4]]) is not { } destinationPort)
            return ProxyRead.Bad("has a port that is no number of 0 to 65535 without leading zeros");
        var header = new ProxyHeader(new IPEndPoint(source, sourcePort), new IPEndPoint(destination, destinationPort)) { Version = ProxyProtocolVersions.V1 };
        return ProxyRead.Whole(header, length);
    }

    private static IPAddress? Address(ReadOnlySpan<char> text, bool isIPv4) => isIPv4
        ? IPv4Text.TryReadBits(text, out var ipv4) ? AddressBits.Of(ipv4).ToIPAddress() : null
        : IPv6Text.TryReadBits(text, out var ipv6) ? new AddressBits(ipv6, IsIPv4: false).ToIPAddress() : null;

    // The base class library takes NULs behind a number.
    private static int? Port(ReadOnlySpan<char> text) =>
        text.Length is >= 1 and <= 5 && (text.Length == 1 || text[0] != '0') && !text.ContainsAnyExceptInRange('0', '9') && ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            ? port
            : null;
}
