namespace Net.Async.Tests;

public class HostNamesTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("localhost")]
    [InlineData("example.org")]
    [InlineData("example.org.")]
    [InlineData("xn--bcher-kva.example")]
    [InlineData("bücher.example")]
    [InlineData("_service._tcp.example")]
    [InlineData("3com.example")]
    [InlineData("4.3.2.1.in-addr.arpa")]
    [InlineData("127.0.0.1")]
    [InlineData("a.0x7f")]
    public void Check_NameOrDottedQuad_IsOne(string host)
    {
        Assert.True(HostNames.Check(host, out var problem), problem);
        Assert.Null(problem);
    }

    [Theory]
    [InlineData("example.org", "example.org")]
    [InlineData("bücher.example", "xn--bcher-kva.example")]
    [InlineData("例え.テスト", "xn--r8jz45g.xn--zckzah")]
    [InlineData("bücher.example.", "xn--bcher-kva.example.")]
    public void ToAscii_Name_IsWhatNameServersKnow(string host, string expected) => Assert.Equal(expected, HostNames.ToAscii(host, out _));

    [Theory]
    [InlineData("１２７.０.０.１")]
    [InlineData("①②⑦.0.0.1")]
    [InlineData("127。0。0。1")]
    [InlineData("𝟏𝟐𝟕.1")]
    [InlineData("127.0.0.⑩")]
    public void ToAscii_AddressInOtherCharacters_IsNone(string host)
    {
        Assert.Null(HostNames.ToAscii(host, out var problem));
        Assert.Equal("the host is an IPv4 address in other characters", problem);
    }

    [Theory]
    [InlineData("127.1", "127.0.0.1")]
    [InlineData("0x7f.1", "127.0.0.1")]
    [InlineData("2130706433", "127.0.0.1")]
    [InlineData("example.org", null)]
    [InlineData("1.2.3.4.5", null)]
    [InlineData("256.256.256.256", null)]
    public void LegacyIPv4_OldForms_AreReadAsInetAtonDoes(string host, string? expected) => Assert.Equal(expected, HostNames.LegacyIPv4(host)?.ToString());

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("\t")]
    public void Check_NothingThere_SaysEmpty(string host) => AssertProblem("the host is empty", host);

    [Theory]
    [InlineData("a b")]
    [InlineData(" a")]
    [InlineData("a\n")]
    [InlineData("a\0")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("user@a")]
    [InlineData("[a]")]
    [InlineData("a?")]
    [InlineData("a#")]
    [InlineData("a%20")]
    public void Check_ForeignCharacter_SaysSo(string host) => AssertProblem("the host has a character that no host name has", host);

    // Asked of a resolver, a name with its port behind it would leave the machine as a name that nobody has.
    [Theory]
    [InlineData("localhost:80")]
    [InlineData("a:b")]
    [InlineData("::1")]
    public void Check_Colon_SaysSo(string host) => AssertProblem("the host has a character that no host name has", host);

    [Theory]
    [InlineData("127.1")]
    [InlineData("2130706433")]
    [InlineData("0x7f000001")]
    [InlineData("0x7f.1")]
    [InlineData("0x7f.0.0.0x1")]
    [InlineData("0177.0.0.1")]
    [InlineData("1.2.3.256")]
    [InlineData("1.2.3.4.5")]
    [InlineData("1.2.3.4.")]
    [InlineData("example.1")]
    public void Check_NumberInLastPlace_SaysHowAddressesAreWritten(string host) =>
        AssertProblem("an IPv4 address is four decimal numbers without leading zeros", host);

    [Theory]
    [InlineData(253, "")]
    [InlineData(253, ".")]
    public void Check_LongestName_IsOne(int length, string end) => Assert.True(HostNames.Check(Name(length) + end, out _));

    [Theory]
    [InlineData(254, "", 254)]
    [InlineData(254, ".", 255)]
    [InlineData(300, "", 300)]
    public void Check_TooLong_SaysTheLimit(int length, string end, int told) =>
        AssertProblem($"the host has {told} characters, the limit is 253", Name(length) + end);

    private static string Name(int length) => string.Concat(Enumerable.Repeat("abcdefghi.", 40))[..(length - 1)] + "z";

    private static void AssertProblem(string expected, string host)
    {
        Assert.False(HostNames.Check(host, out var problem));
        Assert.Equal(expected, problem);
    }
}
