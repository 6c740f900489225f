using System.Buffers.Binary;
using System.Net;

namespace Net.Async;

/// <summary>Dotted quads, read strictly: four decimal parts, no leading zero. The base class library also takes octal, hex and <c>127.1</c>.</summary>
internal static class IPv4Text
{
    public static bool TryRead(ReadOnlySpan<char> text, out IPAddress address)
    {
        var isRead = TryReadBits(text, out var bits);
        address = isRead ? new IPAddress(BinaryPrimitives.ReverseEndianness(bits)) : IPAddress.None;
        return isRead;
    }

    public static bool TryReadBits(ReadOnlySpan<char> text, out uint address)
    {
        address = 0;
        var next = 0;
        for (var part = 0; part < 4; part++)
        {
            if (part > 0 && (next == text.Length || text[next++] != '.'))
                return false;
            var first = next;
            var value = 0u;
            while (next < text.Length && (uint)(text[next] - '0') is <= 9 and var digit && next - first < 3)
            {
                value = (value * 10) + digit;
                next++;
            }

            if (next == first || value > 255 || (next - first > 1 && text[first] == '0'))
                return false;
            address = (address << 8) | value;
        }

        return next == text.Length;
    }
}
