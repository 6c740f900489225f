using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace Net.Async.Tests.Proxying;

/// <summary>The protocol read slowly and in another way: a regular expression and the base class library for version 1, indices for version 2. Says the end points of a whole header, or null.</summary>
internal static partial class ProxyModel
{
    public static (string Text, int Length)? Read(byte[] bytes)
    {
        var text = Encoding.Latin1.GetString(bytes);
        if (text.StartsWith('P'))
            return Line(text);
        return text.StartsWith("\r\n\r\n\0\r\nQUIT\n", StringComparison.Ordinal) && bytes.Length >= 16 && bytes.Length >= 16 + Number(bytes, 14) ? Binary(bytes[..(16 + Number(bytes, 14))]) : null;
    }

    private static (string Text, int Length)? Line(string text)
    {
        var end = text.IndexOf("\r\n", StringComparison.Ordinal);
        if (end is < 0 or > 105 || text[..end].AsSpan().ContainsAny('\r', '\n'))
            return null;
        if (Unknown().IsMatch(text[..end]))
            return ("unknown", end + 2);
        var match = Tcp().Match(text[..end]);
        if (!match.Success)
            return null;
        var family = match.Groups[1].Value == "4" ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;
        int[] ports = [int.Parse(match.Groups[4].Value, null), int.Parse(match.Groups[5].Value, null)];
        string[] addresses = [match.Groups[2].Value, match.Groups[3].Value];
        if (ports.Any(static port => port > 65535) || !addresses.All(address => Is(address, family)))
            return null;
        return ($"{IPAddress.Parse(addresses[0])} {ports[0]} {IPAddress.Parse(addresses[1])} {ports[1]}", end + 2);
    }

    private static bool Is(string text, AddressFamily family) => family == AddressFamily.InterNetwork
        ? Quad().IsMatch(text) && text.Split('.').All(static part => int.Parse(part, null) < 256)
        : !text.ContainsAny(['[', ']', '%', '/']) && IPAddress.TryParse(text, out var address) && address.AddressFamily == family && (!text.Contains('.', StringComparison.Ordinal) || Is(text[(text.LastIndexOf(':') + 1)..], AddressFamily.InterNetwork));

    private static (string Text, int Length)? Binary(byte[] bytes)
    {
        if (bytes[12] == 0x20)
            return ("local", bytes.Length);
        var addresses = bytes[13] switch { 0x00 => 0, 0x11 => 12, 0x21 => 36, 0x31 => 216, _ => -1 };
        if (bytes[12] != 0x21 || addresses < 0 || bytes.Length < 16 + addresses || !HasGoodTlvs(bytes, 16 + addresses))
            return null;
        var size = bytes[13] == 0x11 ? 4 : 16;
        return (bytes[13] switch
        {
            0x00 => "unknown",
            0x31 => Convert.ToHexString(bytes[16..232]),
            _ => $"{new IPAddress(bytes[16..(16 + size)])} {Number(bytes, 16 + (2 * size))} {new IPAddress(bytes[(16 + size)..(16 + (2 * size))])} {Number(bytes, 18 + (2 * size))}",
        }, bytes.Length);
    }

    private static bool HasGoodTlvs(byte[] bytes, int at)
    {
        var checksum = 0;
        while (at < bytes.Length)
        {
            if (at + 3 > bytes.Length || at + 3 + Number(bytes, at + 1) > bytes.Length)
                return false;
            var value = bytes[(at + 3)..(at + 3 + Number(bytes, at + 1))];
            var isGood = bytes[at] switch
            {
                3 => value.Length == 4 && checksum++ == 0 && value.SequenceEqual(Crc([.. bytes[..(at + 3)], 0, 0, 0, 0, .. bytes[(at + 7)..]])),
                5 => value.Length <= 128,
                0x20 => IsTls(value),
                _ => true,
            };
            if (!isGood)
                return false;
            at += 3 + value.Length;
        }

        return true;
    }

    private static bool IsTls(byte[] value)
    {
        var at = 5;
        while (at + 3 <= value.Length)
            at += 3 + Number(value, at + 1);
        return at == value.Length;
    }

    private static byte[] Crc(byte[] bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82F63B78 : crc >> 1;
        }

        crc = ~crc;
        return [(byte)(crc >> 24), (byte)(crc >> 16), (byte)(crc >> 8), (byte)crc];
    }

    private static int Number(byte[] bytes, int at) => (bytes[at] << 8) | bytes[at + 1];

    [GeneratedRegex(@"\APROXY UNKNOWN( .*)?\z", RegexOptions.Singleline)]
    private static partial Regex Unknown();

    [GeneratedRegex(@"\APROXY TCP([46]) ([0-9a-fA-F.:]+) ([0-9a-fA-F.:]+) (0|[1-9][0-9]{0,4}) (0|[1-9][0-9]{0,4})\z")]
    private static partial Regex Tcp();

    [GeneratedRegex(@"\A(0|[1-9][0-9]{0,2})(\.(0|[1-9][0-9]{0,2})){3}\z")]
    private static partial Regex Quad();
}
