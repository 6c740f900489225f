namespace Net.Async.Tests;

/// <summary>Text that is no end point, each with the reason that is told. The snapshot of the messages has all of <see cref="Bad"/>, too.</summary>
public class NetEndPointBadTextTests
{
    private const string Expected = "host:port, [v6]:port, unix:/path or pipe:name expected";
    private const string NotIPv6 = "the address in brackets is not IPv6";
    private const string Foreign = "the host has a character that no host name has";
    private const string FourNumbers = "an IPv4 address is four decimal numbers without leading zeros";

    public static TheoryData<string, string> Bad => new()
    {
        { "", Expected },
        { " ", Expected },
        { "localhost", "the port is missing, as in localhost:8124" },
        { "/tmp/socket", "the path of a Unix socket is written unix:/tmp/socket" },
        { "tcp://", Expected },
        { "tcp://8080", Expected },
        { ":80", "the host is missing, as in localhost:80" },
        { "a/b", Expected },
        { "65536", "the port '65536' is not 0 to 65535" },
        { "000080", "the port '000080' is not 0 to 65535" },
        { "99999999999", "the port '99999999999' is not 0 to 65535" },
        { "localhost:", "the port '' is not 0 to 65535" },
        { "localhost:65536", "the port '65536' is not 0 to 65535" },
        { "localhost:-1", "the port '-1' is not 0 to 65535" },
        { "localhost:+1", "the port '+1' is not 0 to 65535" },
        { "localhost: 1", "the port ' 1' is not 0 to 65535" },
        { "localhost:1 ", "the port '1 ' is not 0 to 65535" },
        { "localhost:http", "the port 'http' is not 0 to 65535" },
        { "localhost:80/path", "the port '80/path' is not 0 to 65535" },
        { "http://localhost", "the only scheme is tcp, and it can be left out" },
        { "http://localhost:80", "the only scheme is tcp, and it can be left out" },
        { "::1", "an IPv6 address with a port goes in brackets" },
        { "::1:80", "an IPv6 address with a port goes in brackets" },
        { "a:b:80", "an IPv6 address with a port goes in brackets" },
        { "[::1]", "the port is missing, as in [::1]:8124" },
        { "[]:80", NotIPv6 },
        { "[:80", NotIPv6 },
        { "[::1:80", NotIPv6 },
        { "[[::1]]:80", NotIPv6 },
        { "[127.0.0.1]:80", NotIPv6 },
        { "[localhost]:80", NotIPv6 },
        { "[::1/64]:80", NotIPv6 },
        { "[::1 ]:80", NotIPv6 },
        { "[::1]x:80", NotIPv6 },
        { "[::ffff:127.1]:80", NotIPv6 },
        { " :80", "the host is empty" },
        { "a b:80", Foreign },
        { "user@host:80", Foreign },
        { "::1]:80", "an IPv6 address with a port goes in brackets" },
        { "a]:80", Foreign },
        { "127.1:80", FourNumbers },
        { "0x7f.0.0.1:80", FourNumbers },
        { "0177.0.0.1:80", FourNumbers },
        { "2130706433:80", FourNumbers },
        { "1.2.3.4.:80", FourNumbers },
        { "unix:", "the path is empty" },
        { "unix:@", "the path is empty" },
        { "unix:/a\0", "the path has a NUL" },
    };

    public static TheoryData<string> BadPipes => ["pipe:", "pipe: ", "pipe:a/b", "pipe:a:b", "pipe:anonymous", "pipe:" + new string('a', 81)];

    [Theory]
    [MemberData(nameof(Bad))]
    public void Parse_BadText_SaysWhy(string text, string reason)
    {
        var exception = Assert.Throws<FormatException>(() => NetEndPoint.Parse(text));

        Assert.Equal($"'{text}' is not an end point: {reason}.", exception.Message);
        Assert.False(NetEndPoint.TryParse(text, out var endPoint));
        Assert.Null(endPoint);
    }

    [Theory]
    [MemberData(nameof(BadPipes))]
    public void Parse_BadPipeName_SaysWhyInOneSentence(string text)
    {
        var exception = Assert.Throws<FormatException>(() => NetEndPoint.Parse(text));

        Assert.StartsWith($"'{text}' is not an end point: ", exception.Message, StringComparison.Ordinal);
        // The reader of the text knows nothing of a constructor's parameter.
        Assert.DoesNotContain("Parameter", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("..", exception.Message, StringComparison.Ordinal);
    }

    // The number parser of the base class library skips NULs behind the digits.
    [Theory]
    [InlineData("localhost:80\0")]
    [InlineData("[::1]:80\0")]
    public void TryParse_NulBehindThePort_IsFalse(string text) => Assert.False(NetEndPoint.TryParse(text, out _));

    // Read as "no scope", such an address would be another one than was written.
    [Theory]
    [InlineData("[fe80::1%no-such-interface]:80")]
    [InlineData("[fe80::1%]:80")]
    [InlineData("[fe80::1%3%4]:80")]
    [InlineData("[fe80::1%-1]:80")]
    [InlineData("[fe80::1%99999999999]:80")]
    public void TryParse_ScopeThatIsNone_IsFalse(string text) => Assert.False(NetEndPoint.TryParse(text, out _));
}
