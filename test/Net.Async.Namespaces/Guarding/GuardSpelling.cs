using System.Globalization;
using System.Net;

namespace Net.Async.Namespaces;

/// <summary>The ways to write an address that some parser somewhere takes.</summary>
internal static class GuardSpelling
{
    public static IEnumerable<string> Of(IPAddress address) => address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? V4(address.GetAddressBytes()) : V6(address);

    private static IEnumerable<string> V4(byte[] b)
    {
        var number = ((uint)b[0] << 24) | ((uint)b[1] << 16) | ((uint)b[2] << 8) | b[3];
        var quad = string.Join('.', b);
        yield return quad;
        yield return quad + ".";
        yield return number.ToString(CultureInfo.InvariantCulture);
        yield return (number + (1UL << 32)).ToString(CultureInfo.InvariantCulture);
        yield return $"0x{number:x8}";
        yield return $"0X{number:X}";
        yield return $"0{Convert.ToString(number, 8)}";
        yield return $"{b[0]}.{number & 0xffffff}";
        yield return $"{b[0]}.{b[1]}.{number & 0xffff}";
        yield return $"0x{b[0]:x}.{b[1]}.{b[2]}.{b[3]}";
        yield return string.Join('.', b.Select(static part => $"0x{part:x2}"));
        yield return string.Join('.', b.Select(static part => $"0{Convert.ToString(part, 8)}"));
        yield return string.Join('.', b.Select(static part => $"000{Convert.ToString(part, 8)}"));
        yield return $"0{Convert.ToString(b[0], 8)}.{b[1]}.{b[2]}.{b[3]}";
        yield return string.Join('.', b.Select(static part => part.ToString("000", CultureInfo.InvariantCulture)));
        yield return string.Concat(quad.Select(static c => c == '.' ? '。' : (char)(c - '0' + '０')));
        yield return quad.Replace('.', '．');
        yield return quad.Replace('.', '｡');
        yield return string.Concat(quad.Select(static c => c is '.' or '0' ? c : (char)(c - '1' + '①')));
        yield return quad.Replace(".", "%2e", StringComparison.Ordinal);
        yield return string.Concat(quad.Select(static c => $"%{(int)c:x2}"));
        yield return quad + "%00";
        yield return quad.Insert(1, "\u00ad");
        yield return quad + "\u200b";
        yield return $"public.test@{quad}";
        yield return $"{quad}:80@{quad}";
        yield return $"{quad}#@public.test";
        yield return $"{quad}\\@public.test";
        yield return $"[::ffff:{quad}]";
        yield return $"[::FFFF:{quad}]";
        yield return $"[0:0:0:0:0:ffff:{quad}]";
        yield return $"[0000:0000:0000:0000:0000:ffff:{b[0]:x2}{b[1]:x2}:{b[2]:x2}{b[3]:x2}]";
        yield return $"[::ffff:{quad}%1]";
        yield return $"[::{quad}]";
        yield return $"[64:ff9b::{quad}]";
        yield return $"[2002:{b[0]:x2}{b[1]:x2}:{b[2]:x2}{b[3]:x2}::]";
    }

    private static IEnumerable<string> V6(IPAddress address)
    {
        var groups = Enumerable.Range(0, 8).Select(i => (address.GetAddressBytes()[2 * i] << 8) | address.GetAddressBytes()[(2 * i) + 1]).ToArray();
        var text = address.ToString();
        yield return $"[{text}]";
        yield return $"[{text.ToUpperInvariant()}]";
        yield return $"[{string.Join(':', groups.Select(static group => $"{group:x}"))}]";
        yield return $"[{string.Join(':', groups.Select(static group => $"{group:x4}"))}]";
        yield return $"[{string.Join(':', groups[..6].Select(static group => $"{group:x}"))}:{groups[6] >> 8}.{groups[6] & 255}.{groups[7] >> 8}.{groups[7] & 255}]";
        yield return $"[{text}%1]";
        yield return $"[{text}%251]";
        yield return $"[{text}%lo]";
        yield return $"[{text}%lo:é]";
        yield return $"[{text}%0]";
        yield return $"[{text}/128]";
        yield return $"public.test@[{text}]";
        yield return text;
    }
}
