using System.Globalization;
using System.Text;

namespace Net.Async;

/// <summary>International names as A-labels (RFC 5890), the same with ICU and without it (invariant globalization).</summary>
/// <remarks>
/// Without ICU the base class library writes a name as it is, where ICU maps it first (UTS 46): <c>BÜRO</c> and <c>büro</c> would be two names.
/// So a name is put in lower case here, and what only ICU could map on is refused, in every mode.
/// </remarks>
internal static class InternationalNames
{
    private static readonly IdnMapping s_idn = new();

    // Pairs of first and last: characters in lower case that UTS 46 or normalization (UAX 15) would change, or join with the one before.
    private static ReadOnlySpan<int> Mapped =>
    [
        0x00aa, 0x00aa, 0x00b5, 0x00b5, 0x00ba, 0x00ba, 0x0133, 0x0133, 0x0140, 0x0140, 0x0149, 0x0149, 0x017f, 0x017f, 0x01c6, 0x01c6,
        0x01c9, 0x01c9, 0x01cc, 0x01cc, 0x01f3, 0x01f3, 0x02b0, 0x02b8, 0x02e0, 0x02e4, 0x0300, 0x036f, 0x0374, 0x0374, 0x037a, 0x037a,
        0x03d0, 0x03d1, 0x03d5, 0x03d6, 0x03f0, 0x03f2, 0x03f5, 0x03f5, 0x0587, 0x0587, 0x0675, 0x0678, 0x0958, 0x095f, 0x09dc, 0x09dd,
        0x09df, 0x09df, 0x0a33, 0x0a33, 0x0a36, 0x0a36, 0x0a59, 0x0a5b, 0x0a5e, 0x0a5e, 0x0b5c, 0x0b5d, 0x0e33, 0x0e33, 0x0eb3, 0x0eb3,
        0x0edc, 0x0edd, 0x0f43, 0x0f43, 0x0f4d, 0x0f4d, 0x0f52, 0x0f52, 0x0f57, 0x0f57, 0x0f5c, 0x0f5c, 0x0f69, 0x0f69, 0x0f73, 0x0f73,
        0x0f75, 0x0f79, 0x0f81, 0x0f81, 0x0f93, 0x0f93, 0x0f9d, 0x0f9d, 0x0fa2, 0x0fa2, 0x0fa7, 0x0fa7, 0x0fac, 0x0fac, 0x0fb9, 0x0fb9,
        0x10fc, 0x10fc, 0x1100, 0x11ff, 0x13f8, 0x13fd, 0x1c80, 0x1c88, 0x1d2c, 0x1d78, 0x1d9b, 0x1dbf, 0x1e9a, 0x1e9b, 0x1f71, 0x1ff7,
        0x2071, 0x207f, 0x2090, 0x209c, 0x210a, 0x2113, 0x212f, 0x2149, 0x2c7c, 0x2c7d, 0x2d6f, 0x2d6f, 0x3099, 0x309f, 0x30ff, 0x30ff,
        0x3131, 0x318e, 0xa69c, 0xa69d, 0xa770, 0xa770, 0xa7f2, 0xa7f9, 0xa960, 0xa97c, 0xab5c, 0xabbf, 0xd7b0, 0xd7fb, 0xf900, 0xfad9,
        0xfb00, 0xfbb1, 0xfbd3, 0xfd3d, 0xfd50, 0xfdc7, 0xfdf0, 0xfdfb, 0xfe70, 0xfefc, 0xff10, 0xff19, 0xff41, 0xffdc, 0x10781, 0x107ba,
        0x1d41a, 0x1d433, 0x1d44e, 0x1d467, 0x1d482, 0x1d49b, 0x1d4b6, 0x1d4cf, 0x1d4ea, 0x1d503, 0x1d51e, 0x1d537, 0x1d552, 0x1d56b, 0x1d586, 0x1d59f,
        0x1d5ba, 0x1d5d3, 0x1d5ee, 0x1d607, 0x1d622, 0x1d63b, 0x1d656, 0x1d66f, 0x1d68a, 0x1d6a5, 0x1d6c2, 0x1d6e1, 0x1d6fc, 0x1d71b, 0x1d736, 0x1d755,
        0x1d770, 0x1d78f, 0x1d7aa, 0x1d7ff, 0x1ee00, 0x1eebb, 0x1fbf0, 0x1fbf9, 0x2f800, 0x2fa1d,
    ];

    /// <summary>The name's A-labels; null when it has none, or one in some modes only.</summary>
    public static string? ToAscii(string host)
    {
        var name = WithDots(host).ToLowerInvariant();
        if (!IsPlain(name) || Array.Exists(name.Split('.'), IsTagged))
            return null;
        try
        {
            var ascii = s_idn.GetAscii(name);
            // Back again: what is not the same was changed on the way.
            return string.Equals(s_idn.GetUnicode(ascii), name, StringComparison.Ordinal) ? ascii : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    /// <summary>The full stops of other scripts part labels, too (RFC 3490, 3.1).</summary>
    public static string WithDots(string host) => host.Replace('\u3002', '.').Replace('\uff0e', '.').Replace('\uff61', '.');

    // Hyphens in the third and fourth place are for A-labels and what may come after them (RFC 5891, 4.2.3.1).
    private static bool IsTagged(string label) => label.AsSpan(2 < label.Length ? 2 : label.Length).StartsWith("--", StringComparison.Ordinal) && !Ascii.IsValid(label);

    private static bool IsPlain(string name)
    {
        var atStart = true;
        foreach (var rune in name.EnumerateRunes())
        {
            if (!rune.IsAscii && !IsPlain(rune, atStart))
                return false;
            atStart = rune.Value == '.';
        }

        return true;
    }

    private static bool IsPlain(Rune rune, bool atStart) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.LowercaseLetter or UnicodeCategory.OtherLetter or UnicodeCategory.ModifierLetter or UnicodeCategory.DecimalDigitNumber => !IsMapped(rune.Value),
        // A mark needs a letter to stand on.
        UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark => !atStart && !IsMapped(rune.Value),
        _ => false,
    };

    private static bool IsMapped(int value)
    {
        for (var i = 0; i < Mapped.Length && Mapped[i] <= value; i += 2)
        {
            if (value <= Mapped[i + 1])
                return true;
        }

        return false;
    }
}
