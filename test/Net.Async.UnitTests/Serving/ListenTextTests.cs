using System.Net;

namespace Net.Async.Tests.Serving;

public class ListenTextTests
{
    [Theory]
    [InlineData("8124", "127.0.0.1:8124")]
    [InlineData("127.0.0.1:0", "127.0.0.1:0")]
    [InlineData("*:80", "[::]:80")]
    [InlineData(":80", "[::]:80")]
    [InlineData("localhost:80", "127.0.0.1:80 [::1]:80")]
    [InlineData("LocalHost:0", "127.0.0.1:0 [::1]:0")]
    [InlineData("localhost.test:80", "localhost.test:80")]
    [InlineData("unix:/tmp/a", "unix:/tmp/a")]
    public void Parse_EachForm_IsTheEndPoints(string text, string expected) =>
        Assert.Equal(expected, string.Join(' ', ListenText.Parse(text).Select(NetEndPoint.Format)));

    [Theory]
    [InlineData("")]
    [InlineData("*")]
    [InlineData("*:")]
    [InlineData(":")]
    [InlineData("**:80x")]
    [InlineData("*:65536")]
    [InlineData("*:-1")]
    [InlineData("* :80")]
    [InlineData("localhost:")]
    [InlineData("localhost:http")]
    [InlineData("localhost")]
    public void Parse_AnythingElse_NamesTheText(string text) =>
        Assert.Contains($"'{text}'", Assert.Throws<FormatException>(() => ListenText.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Parse_Null_NamesTheParameter() => Assert.Equal("endPoint", Assert.Throws<ArgumentNullException>(static () => ListenText.Parse(null!)).ParamName);
}
