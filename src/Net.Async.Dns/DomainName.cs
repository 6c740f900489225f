using System.Text;
using DnsClient;

namespace Net.Async;

/// <summary>A name in a message, its pointers followed (RFC 1035, 4.1.4).</summary>
internal static class DomainName
{
    // 255 octets on the wire (RFC 1035, 2.3.4). The package's reader knows no limit: pointers made for it turn 64 KiB into gigabytes.
    private const int Longest = 253;
    private const int PointerBits = 0xC0;

    /// <summary>The name that starts there, without the final dot, and where it ends.</summary>
    /// <exception cref="DnsResponseParseException">There is none.</exception>
    public static (string Name, int End) Read(byte[] message, int start)
    {
        var name = new StringBuilder();
        var (at, end) = (start, -1);
        while (Octet(message, at) is var length and not 0)
        {
            if ((length & PointerBits) == PointerBits)
            {
                var target = ((length & ~PointerBits) << 8) | Octet(message, at + 1);
                end = end < 0 ? at + 2 : end;
                // Only ever back: that is an end to every chain of them.
                at = target < start ? start = target : throw Unreadable();
                continue;
            }

            Append(name, message, at + 1, length);
            at += 1 + length;
        }

        return (name.ToString(), end < 0 ? at + 1 : end);
    }

    private static void Append(StringBuilder name, byte[] message, int start, int length)
    {
        if (name.Length > 0)
            name.Append('.');
        // The two other kinds of label (RFC 6891, 5) have never come to anything.
        if ((length & PointerBits) != 0 || start + length > message.Length || name.Length + length > Longest)
            throw Unreadable();
        var label = Encoding.Latin1.GetString(message, start, length);
        // A dot within a label would read as another name.
        name.Append(label.Contains('.', StringComparison.Ordinal) ? throw Unreadable() : label);
    }

    private static byte Octet(byte[] message, int at) => at < message.Length ? message[at] : throw Unreadable();

    private static DnsResponseParseException Unreadable() => new("A name is too long, ends nowhere, or points forward.");
}
