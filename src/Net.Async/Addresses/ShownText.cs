using System.Globalization;
using System.Text;

namespace Net.Async;

/// <summary>Foreign text for a message: short, on one line, and nothing in it that a terminal or a log would act on.</summary>
internal static class ShownText
{
    private const int Longest = 80;

    /// <summary>In quotes, cut after 80 characters.</summary>
    public static string Quote(ReadOnlySpan<char> text) => text.Length <= Longest ? $"'{Escape(text)}'" : $"'{Escape(text[..Longest])}…'";

    /// <summary>Control and format characters, line separators, halves of surrogate pairs and what is not assigned as <c>\u202e</c>; of a longer code <c>\U000e0001</c>.</summary>
    public static string Escape(ReadOnlySpan<char> text)
    {
        var shown = new StringBuilder(text.Length);
        while (!text.IsEmpty)
        {
            var isWhole = Rune.DecodeFromUtf16(text, out var rune, out var length) == System.Buffers.OperationStatus.Done;
            if (isWhole && IsPrintable(rune))
                shown.Append(text[..length]);
            else if (isWhole && !rune.IsBmp)
                shown.Append(CultureInfo.InvariantCulture, $"\\U{rune.Value:x8}");
            else
                shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)text[0]:x4}");
            text = text[length..];
        }

        return shown.ToString();
    }

    private static bool IsPrintable(Rune rune) => Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
        or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
