using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Xunit.Abstractions;

namespace Net.Async.Tests;

public partial class IPv4TextTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("127.0.0.1")]
    [InlineData("9.10.99.100")]
    [InlineData("255.255.255.255")]
    public void TryRead_DottedQuad_IsTheAddress(string text)
    {
        Assert.True(IPv4Text.TryRead(text, out var address));
        Assert.Equal(IPAddress.Parse(text), address);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("...")]
    [InlineData("1")]
    [InlineData("1.2.3")]
    [InlineData("127.1")]
    [InlineData("2130706433")]
    [InlineData("1.2.3.4.5")]
    [InlineData("1.2.3.4.")]
    [InlineData(".1.2.3.4")]
    [InlineData("1..2.3")]
    [InlineData("1.2.3.256")]
    [InlineData("1.2.3.1000")]
    [InlineData("01.2.3.4")]
    [InlineData("1.2.3.00")]
    [InlineData("0x7f.0.0.1")]
    [InlineData("1.2.3.+4")]
    [InlineData("1.2.3.-4")]
    [InlineData(" 1.2.3.4")]
    [InlineData("1.2.3.4 ")]
    [InlineData("1.2.3.4\n")]
    [InlineData("1.2.3.a")]
    [InlineData("::1.2.3.4")]
    [InlineData("1.2.3.\u0664")]
    public void TryRead_AnythingElse_IsRefused(string text)
    {
        Assert.False(IPv4Text.TryRead(text, out var address));
        Assert.Equal(IPAddress.None, address);
    }

    // The number parser of the base class library skips NULs behind the digits.
    [Theory]
    [InlineData("127.0.0.1\0")]
    [InlineData("127.0.0\0.1")]
    [InlineData("1\0\0.2.3.4")]
    public void TryRead_NulBehindDigits_IsRefused(string text) => Assert.False(IPv4Text.TryRead(text, out _));

    [Fact]
    public void TryRead_RandomText_AgreesWithTheModel()
    {
        var random = Seed.Start(output);
        var quads = 0;
        for (var i = 0; i < 200_000; i++)
        {
            var text = RandomText(random);
            var expected = Model(text);
            quads += expected is null ? 0 : 1;
            var read = IPv4Text.TryRead(text, out var address);
            Assert.True(read == (expected is not null) && (!read || address.Equals(expected)),
                $"'{text.Replace("\0", "\\0", StringComparison.Ordinal)}' is {expected?.ToString() ?? "no address"} and was read as {(read ? address : "none")}");
        }

        // Random text that is never an address would test one half only.
        Assert.InRange(quads, 10_000, 190_000);
    }

    private static IPAddress? Model(string text)
    {
        if (DottedQuad().Match(text) is not { Success: true } match)
            return null;
        var parts = match.Groups.Values.Skip(1).Select(static part => int.Parse(part.Value, CultureInfo.InvariantCulture)).ToArray();
        return parts.All(static part => part <= 255) ? new IPAddress([.. parts.Select(static part => (byte)part)]) : null;
    }

    private static string RandomText(Random random)
    {
        var text = new StringBuilder();
        var parts = random.Next(10) == 0 ? random.Next(7) : 4;
        for (var i = 0; i < parts; i++)
            text.Append(i == 0 ? "" : ".").Append(random.Next(random.Next(8) == 0 ? 1100 : 256));
        // Two of three are spoilt by one character that is put in, or in the place of another.
        if (random.Next(3) == 0)
            return text.ToString();
        var at = random.Next(text.Length + 1);
        if (random.Next(2) == 0 && at < text.Length)
            text.Remove(at, 1);
        return text.Insert(at, "0123456789..+- x\0\u0661:"[random.Next(19)]).ToString();
    }

    [GeneratedRegex(@"\A(0|[1-9][0-9]{0,2})\.(0|[1-9][0-9]{0,2})\.(0|[1-9][0-9]{0,2})\.(0|[1-9][0-9]{0,2})\z", RegexOptions.CultureInvariant)]
    private static partial Regex DottedQuad();
}
