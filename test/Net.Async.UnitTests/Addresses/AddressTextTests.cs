using System.Net;
using System.Net.Sockets;
using System.Text;
using Xunit.Abstractions;

namespace Net.Async.Tests;

public class AddressTextTests(ITestOutputHelper output)
{
    private static readonly string[] s_pieces = ["0", "1", "00", "ffff", "10000", "abcd", "FFFF", "g", ":", ":", "::", ":", ".", "1.2.3.4", "255.255.255.255", "01.2.3.4", "%", "%1", "/", "[", "]", " ", "\0", "+", "-", "0x"];

    public static TheoryData<string> Bad =>
    [
        "", " ", ":", ":::", "1", "1.2.3", "1.2.3.4.5", "01.2.3.4", "0x7f.0.0.1", "1.2.3.256", "1.2.3.4 ", " 1.2.3.4", "1.2.3.4\0", "1.2.3.4\0x", "1.2.3.4/8", "1.2.3.4%1", "١.2.3.4",
        "[::1]", "::1]", "::1:", ":1::", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7::8", "::12345", "::g", "::1%", "::1%a%b", "::1%a b", "::1/128",
        "::1.2.3", "::01.2.3.4", "::1.2.3.4:5", "1.2.3.4::", "1:2:3:4:5:6:7:1.2.3.4", "::ffff:1.2.3.4.5", "::1%" + new string('x', 65),
    ];

    [Theory]
    [MemberData(nameof(Bad))]
    public void TryRead_NoAddress_IsFalse(string text) => Assert.False(AddressText.TryRead(text, out _));

    [Theory]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("1::")]
    [InlineData("1:2:3:4:5:6:7:8")]
    [InlineData("1:2:3:4:5:6:7::")]
    [InlineData("::2:3:4:5:6:7:8")]
    [InlineData("2001:DB8::aBcD")]
    [InlineData("::ffff:1.2.3.4")]
    [InlineData("1:2:3:4:5:6:7.8.9.10")]
    [InlineData("64:ff9b::192.0.2.33")]
    [InlineData("0:0:0:0:0:0:0:0")]
    [InlineData("192.0.2.1")]
    public void TryRead_Address_IsItsBits(string text)
    {
        Assert.True(AddressText.TryRead(text, out var address));
        Assert.Equal(IPAddress.Parse(text), address.ToIPAddress());
    }

    [Theory]
    [InlineData("fe80::1%eth0")]
    [InlineData("fe80::1%4294967295")]
    [InlineData("fe80::1%no-such.interface_0")]
    public void TryRead_Scope_IsDropped(string text)
    {
        Assert.True(AddressText.TryRead(text, out var address));
        Assert.Equal("fe80::1", address.ToString());
    }

    [Fact]
    public void TryRead_RandomAddresses_AreReadBack()
    {
        var random = Seed.Start(output);
        for (var i = 0; i < 100_000; i++)
        {
            var address = random.Next(2) == 0 ? AddressBits.Of(RandomEdges.IPv4(random)) : new AddressBits(RandomEdges.IPv6(random), IsIPv4: false);

            Assert.True(AddressText.TryRead(address.ToString(), out var read), address.ToString());
            Assert.Equal(address, read);
        }
    }

    // The base class library is laxer; where it and the grammar's letters agree, the strict parser must not differ.
    [Fact]
    public void TryRead_RandomText_IsWhatTheBaseClassLibraryReadsOrNothing()
    {
        var random = Seed.Start(output);
        var read = 0;
        for (var i = 0; i < 500_000; i++)
        {
            var text = RandomText(random);
            var isKnown = IPAddress.TryParse(text, out var known);
            var isRead = AddressText.TryRead(text, out var address);
            read += isRead ? 1 : 0;

            Assert.True(!isRead || (isKnown && new IPAddress(known!.GetAddressBytes()).Equals(address.ToIPAddress())), $"'{text}' is read as {address}");
            if (isKnown && known!.AddressFamily == AddressFamily.InterNetworkV6 && !text.AsSpan().ContainsAny("[]/%") && !text.Contains("01.2.3.4", StringComparison.Ordinal))
                Assert.True(isRead, $"'{text}' is not read");
        }

        Assert.InRange(read, 2_000, 400_000);
    }

    private static string RandomText(Random random)
    {
        var text = new StringBuilder();
        for (var count = random.Next(1, 12); count > 0; count--)
            text.Append(s_pieces[random.Next(3) == 0 ? random.Next(s_pieces.Length) : random.Next(9)]);
        return text.ToString();
    }
}
