using System.Globalization;
using System.Net;

namespace Net.Async;

/// <summary>Dotted quads, read strictly: four decimal parts, no leading zero. The base class library also takes octal, hex and <c>127.1</c>.</summary>
internal static class IPv4Text
{
    public static bool TryRead(ReadOnlySpan<char> text, out IPAddress address)
    {
        address = IPAddress.None;
        Span<byte> bytes = stackalloc byte[4];
        var count = 0;
        foreach (var part in text.Split('.'))
        {
            var digits = text[part];
            if (count == 4 || digits.Length is 0 or > 3 || (digits.Length > 1 && digits[0] == '0')
                || digits.ContainsAnyExceptInRange('0', '9')
                || !byte.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out bytes[count]))
            {
                return false;
            }

            count++;
        }

        if (count != 4)
            return false;
        address = new IPAddress(bytes);
        return true;
    }
}
