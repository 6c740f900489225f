using System.Globalization;
using Xunit.Abstractions;

namespace Net.Async.Tests;

public class ShownTextTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("abc é ü 漢 😀", "'abc é ü 漢 😀'")]
    [InlineData("a\u001bb\u0000\u007f\u0085", "'a\\u001bb\\u0000\\u007f\\u0085'")]
    [InlineData("\u202e\u2066\u200b\ufeff\u2028\u2029", "'\\u202e\\u2066\\u200b\\ufeff\\u2028\\u2029'")]
    [InlineData("\ue000\U000e0001", "'\\ue000\\U000e0001'")]
    public void Quote_Unprintable_IsEscaped(string text, string expected) => Assert.Equal(expected, ShownText.Quote(text));

    [Fact]
    public void Quote_HalfAPairAtTheCut_IsEscaped() => Assert.Equal($"'{new string('x', 79)}\\ud83d…'", ShownText.Quote(new string('x', 79) + "😀"));

    [Fact]
    public void Quote_RandomText_IsPrintableAndShort()
    {
        var random = Seed.Start(output);
        for (var i = 0; i < 50_000; i++)
        {
            var text = new string([.. Enumerable.Range(0, random.Next(100)).Select(_ => (char)random.Next(random.Next(2) == 0 ? 0x300 : 0x10000))]);
            var shown = ShownText.Quote(text);
            Assert.InRange(shown.Length, 2, (80 * 6) + 3);
            foreach (var rune in shown.EnumerateRunes())
                Assert.True(System.Text.Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse), shown);
        }
    }
}
