using System.Globalization;
using System.Text;

namespace Net.Async;

/// <summary>Why a server answers as it does (RFC 8914), as text for a message: its name, and what the server has written, bounded and without a character that could not be printed.</summary>
internal static class ExtendedError
{
    private const int LongestText = 200;

    private static readonly string[] s_names =
    [
        "Other Error", "Unsupported DNSKEY Algorithm", "Unsupported DS Digest Type", "Stale Answer", "Forged Answer", "DNSSEC Indeterminate", "DNSSEC Bogus",
        "Signature Expired", "Signature Not Yet Valid", "DNSKEY Missing", "RRSIGs Missing", "No Zone Key Bit Set", "NSEC Missing", "Cached Error", "Not Ready",
        "Blocked", "Censored", "Filtered", "Prohibited", "Stale NXDOMAIN Answer", "Not Authoritative", "Not Supported", "No Reachable Authority", "Network Error", "Invalid Data",
    ];

    public static string Describe(ushort code, ReadOnlySpan<byte> text)
    {
        var name = code < s_names.Length ? s_names[code] : string.Create(CultureInfo.InvariantCulture, $"extended error {code}");
        // Some end the text with a NUL (RFC 8914, 2).
        var trimmed = text.TrimEnd((byte)0);
        return trimmed.IsEmpty ? name : $"{name}: {Printable(trimmed)}";
    }

    private static string Printable(ReadOnlySpan<byte> text)
    {
        var printable = new StringBuilder();
        var left = LongestText;
        foreach (var rune in Encoding.UTF8.GetString(text[..Math.Min(text.Length, (4 * LongestText) + 4)]).EnumerateRunes())
        {
            if (left-- == 0)
                return printable.Append("...").ToString();
            if (IsPrintable(rune))
                printable.Append(rune.ToString());
            else
                printable.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:X4}");
        }

        return printable.ToString();
    }

    // Line ends would forge a log, and format characters turn the text around.
    private static bool IsPrintable(Rune rune) => Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
        or UnicodeCategory.ParagraphSeparator or UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse or UnicodeCategory.Surrogate);
}
