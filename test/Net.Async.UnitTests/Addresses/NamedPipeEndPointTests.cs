using System.Text;

namespace Net.Async.Tests;

public class NamedPipeEndPointTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("My Pipe-1.é")]
    [InlineData("anonymous2")]
    public void Constructor_Name_IsKept(string name)
    {
        var endPoint = new NamedPipeEndPoint(name);

        Assert.Equal(name, endPoint.PipeName);
        Assert.Equal("pipe:" + name, endPoint.ToString());
    }

    [Fact]
    public void Constructor_LongestName_IsKept() => Assert.Equal(80, new NamedPipeEndPoint(new string('a', 80)).PipeName.Length);

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("a:b")]
    [InlineData("a\0")]
    [InlineData("anonymous")]
    [InlineData("Anonymous")]
    public void Constructor_NoName_Throws(string name) =>
        Assert.Equal("pipeName", Assert.Throws<ArgumentException>(() => new NamedPipeEndPoint(name)).ParamName);

    [Fact]
    public void Constructor_Null_Throws() => Assert.Throws<ArgumentNullException>(() => new NamedPipeEndPoint(null!));

    [Fact]
    public void Constructor_TooLong_SaysTheLimit()
    {
        var exception = Assert.Throws<ArgumentException>(() => new NamedPipeEndPoint(new string('a', 81)));

        Assert.Contains("the name has 81 bytes, the limit is 80", exception.Message, StringComparison.Ordinal);
    }

    // On Unix the name becomes a file name in a socket path, whose limit the kernel counts in bytes.
    [LinuxFact]
    public void Constructor_MultiByteName_FitsTheSocketPathOrThrows()
    {
        var name = new string('ü', 80);

        var exception = Record.Exception(() => new NamedPipeEndPoint(name));

        Assert.True(exception is ArgumentException || Encoding.UTF8.GetByteCount("/tmp/CoreFxPipe_" + name) <= UnixPaths.MaxBytes,
            "a name was taken that no pipe can have");
    }

    [Fact]
    public void Equals_SameName_IsEqual()
    {
        var (one, other) = (new NamedPipeEndPoint("a"), new NamedPipeEndPoint("a"));

        Assert.True(one.Equals(other));
        Assert.True(one.Equals((object)other));
        Assert.Equal(one.GetHashCode(), other.GetHashCode());
    }

    [Fact]
    public void Equals_AnotherNameOrKind_IsNot()
    {
        var one = new NamedPipeEndPoint("a");

        Assert.False(one.Equals(new NamedPipeEndPoint("A")));
        Assert.False(one.Equals(null));
        Assert.False(one.Equals((object)"a"));
    }
}
